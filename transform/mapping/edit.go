package mapping

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"ferry/extract/strictyaml"
)

// Change sets or removes one rule of one stream, or one field left out.
type Change struct {
	Stream  string  // name in the mapping
	Section Section // SectionFields where it is ""
	Field   string  // target path; in SectionLeave a source path
	Rule    string  // YAML of the rule on one line: trim(name), or {from: email, as: email}; of a field left out the reason; "" removes it
}

// Section is a part of a stream entry that holds fields.
type Section string

// The sections that can be changed.
const (
	SectionFields      Section = "fields"
	SectionLeave       Section = "leave"        // source fields left out
	SectionLeaveTarget Section = "leave_target" // target fields left out
)

func (c Change) section() string { return string(cmp.Or(c.Section, SectionFields)) }

// Edit changes rules of a mapping and leaves everything else as it is, byte for
// byte: comments, order, line ends. Comments inside a rule that is replaced or
// removed are kept on lines of their own. The fields of the stream must stand one
// a line, not in braces. diff shows the lines taken out and put in, for people.
func Edit(data []byte, changes []Change) (edited []byte, diff string, err error) {
	var shown strings.Builder
	for _, c := range changes {
		next, err := c.apply(data, &shown)
		if err != nil {
			return nil, "", err
		}
		if err := c.verify(data, next); err != nil {
			return nil, "", err
		}
		data = next
	}
	return data, shown.String(), nil
}

func (c Change) errorf(format string, args ...any) error {
	return fmt.Errorf("rule %s of stream %s: %s", c.Field, c.Stream, fmt.Sprintf(format, args...))
}

// node finds the section of the stream, nil where the stream has none, and the
// stream itself.
func (c Change) node(data []byte) (section, stream *strictyaml.Node, err error) {
	root, err := strictyaml.Parse("mapping", data)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range root.Child("streams").Items() {
		if !c.in(s) {
			continue
		}
		section := s.Child(c.section())
		if section != nil && section.Kind == strictyaml.Map && len(section.Entries()) > 0 {
			return section, s, root.Err()
		}
		if section != nil || c.section() == string(SectionFields) {
			return nil, nil, c.errorf("the stream has no %s; write one by hand first", c.section())
		}
		return nil, s, root.Err()
	}
	return nil, nil, c.errorf("the mapping has no such stream")
}

// in tells whether s is the stream of the change.
func (c Change) in(s *strictyaml.Node) bool {
	name := s.Child("name")
	if name == nil {
		name = s.Child("to")
	}
	return name != nil && name.Kind == strictyaml.Scalar && name.Text() == c.Stream
}

func (c Change) apply(data []byte, diff *strings.Builder) ([]byte, error) {
	fields, stream, err := c.node(data)
	if err != nil {
		return nil, err
	}
	if strings.ContainsAny(c.Rule, "\r\n") {
		return nil, c.errorf("a rule must stand on one line")
	}
	if fields == nil {
		return c.begin(data, stream, diff)
	}
	lines := strings.SplitAfter(string(data), "\n")
	b := block{lines: lines, indent: fields.Column - 1}
	if err := b.find(fields); err != nil {
		return nil, c.errorf("%s", err)
	}
	at := slices.IndexFunc(fields.Entries(), func(e strictyaml.Entry) bool { return samePath(e.Key, c.Field) })
	var from, to int
	var put []string
	switch {
	case at >= 0 && c.Rule == "" && len(b.keys) == 1:
		from, to = b.keys[0], b.ends[0]
		for from > 0 && !strings.HasPrefix(strings.TrimSpace(lines[from]), c.section()+":") {
			from--
		}
	case at >= 0:
		from, to = b.keys[at], b.ends[at]
		put = b.replace(from, to, fields.Entries()[at].Value, c.Rule)
	case c.Rule == "":
		return data, nil
	default:
		from = b.ends[len(b.ends)-1]
		to = from
		if !strings.HasSuffix(lines[from-1], "\n") {
			lines[from-1] += "\n"
		}
		put = []string{strings.Repeat(" ", b.indent) + yamlKey(c.Field) + ": " + c.Rule + b.newline()}
	}
	showDiff(diff, from+1, lines[from:to], put)
	return []byte(strings.Join(slices.Concat(lines[:from], put, lines[to:]), "")), nil
}

// begin writes a section that the stream does not have yet, below its fields.
func (c Change) begin(data []byte, stream *strictyaml.Node, diff *strings.Builder) ([]byte, error) {
	if c.Rule == "" {
		return data, nil
	}
	fields := stream.Child(string(SectionFields))
	if fields == nil || fields.Kind != strictyaml.Map {
		return nil, c.errorf("the stream has no fields; write one by hand first")
	}
	lines := strings.SplitAfter(string(data), "\n")
	b := block{lines: lines, indent: fields.Column - 1}
	if err := b.find(fields); err != nil {
		return nil, c.errorf("%s", err)
	}
	at := b.ends[len(b.ends)-1]
	if !strings.HasSuffix(lines[at-1], "\n") {
		lines[at-1] += "\n"
	}
	outer := strings.Repeat(" ", stream.Column-1)
	put := []string{outer + c.section() + ":" + b.newline(), outer + "  " + yamlKey(c.Field) + ": " + c.Rule + b.newline()}
	showDiff(diff, at+1, nil, put)
	return []byte(strings.Join(slices.Concat(lines[:at], put, lines[at:]), "")), nil
}

func samePath(a, b string) bool {
	if a == b {
		return true
	}
	p, err := ParsePath(a)
	q, err2 := ParsePath(b)
	return err == nil && err2 == nil && slices.Equal(p, q)
}

// yamlKey quotes a key where YAML would read it otherwise.
func yamlKey(s string) string {
	if strings.Contains(s, ": ") || strings.Contains(s, " #") || strings.TrimSpace(s) != s || strings.HasSuffix(s, ":") ||
		s == "" || strings.ContainsRune("[]{}\"'&*!|>%@#-?,`~", rune(s[0])) || s == "true" || s == "false" || s == "null" {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	return s
}

func showDiff(out *strings.Builder, line int, old, new []string) {
	fmt.Fprintf(out, "@@ line %d\n", line)
	for _, l := range old {
		out.WriteString("-" + strings.TrimRight(l, "\r\n") + "\n")
	}
	for _, l := range new {
		out.WriteString("+" + strings.TrimRight(l, "\r\n") + "\n")
	}
}

// verify makes sure that nothing but the rule is read otherwise than before.
func (c Change) verify(before, after []byte) error {
	a, err := c.others(before)
	if err != nil {
		return err
	}
	b, err := c.others(after)
	if err != nil {
		return fmt.Errorf("%w (the new rule is not written as YAML wants it)", c.errorf("%v", err))
	}
	if !bytes.Equal(a, b) {
		return c.errorf("the file is laid out in a way that cannot be edited safely; change it by hand")
	}
	return nil
}

// others is a hash of everything in the file but the rule.
func (c Change) others(data []byte) ([]byte, error) {
	root, err := strictyaml.Parse("mapping", data)
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	writeNode(h, root, "streams")
	for _, s := range root.Child("streams").Items() {
		writeNode(h, s, c.section())
		mine := c.in(s)
		section := s.Child(c.section())
		if section == nil {
			continue
		}
		for _, e := range section.Entries() {
			if !mine || !samePath(e.Key, c.Field) {
				fmt.Fprintf(h, "%q", e.Key)
				writeNode(h, e.Value)
			}
		}
	}
	return h.Sum(nil), root.Err()
}
