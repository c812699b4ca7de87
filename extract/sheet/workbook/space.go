package workbook

import "bytes"

// spaces knows which prefixes stand for the namespace of the root element. The
// name of the namespace is not looked at: transitional and strict files, and those
// of writers who made up their own, have the same elements.
type spaces struct {
	uri      []byte
	prefixes [][]byte
}

// root takes the namespace of the root element.
func (n *spaces) root(s *scanner) (local string) {
	prefix, name := splitName(s.name)
	n.uri, n.prefixes = nil, [][]byte{bytes.Clone(prefix)}
	if uri := namespace(s, prefix); uri != nil {
		n.uri = bytes.Clone(uri)
		for _, a := range s.attrs {
			if p, ok := declares(a.name); ok && !bytes.Equal(p, prefix) && bytes.Equal(a.value, n.uri) {
				n.prefixes = append(n.prefixes, bytes.Clone(p))
			}
		}
	}
	return string(name)
}

// local gives the name of the scanner's tag without prefix; nil: it is of another
// namespace.
func (n *spaces) local(s *scanner) []byte {
	prefix, name := splitName(s.name)
	for _, p := range n.prefixes {
		if len(p) == len(prefix) && string(p) == string(prefix) {
			return name
		}
	}
	if n.uri == nil || !bytes.Equal(namespace(s, prefix), n.uri) {
		return nil
	}
	const most = 64 // that are kept for quickness
	if len(n.prefixes) < most {
		n.prefixes = append(n.prefixes, bytes.Clone(prefix))
	}
	return name
}

func splitName(name []byte) (prefix, local []byte) {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[:i], name[i+1:]
	}
	return nil, name
}

// namespace gives the name that the scanner's tag declares for a prefix.
func namespace(s *scanner, prefix []byte) []byte {
	for _, a := range s.attrs {
		if p, ok := declares(a.name); ok && bytes.Equal(p, prefix) {
			return a.value
		}
	}
	return nil
}

// declares tells which prefix an attribute declares: none for xmlns.
func declares(name []byte) (prefix []byte, ok bool) {
	const key = "xmlns"
	if !bytes.HasPrefix(name, []byte(key)) {
		return nil, false
	}
	if len(name) == len(key) {
		return nil, true
	}
	if name[len(key)] != ':' {
		return nil, false
	}
	return name[len(key)+1:], true
}
