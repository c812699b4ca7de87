package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"os"
	"path/filepath"
	"slices"

	"ferry/extract/strictyaml"
)

// language is part of every hash: it changes when the same file would give
// other records than before.
const language = "ferry mapping 1"

// hash fills the hashes of the file and its streams. A lookup file that cannot
// be read counts as absent here; Check complains of it.
func (f *File) hash() {
	all := sha256.New()
	for _, s := range f.Streams {
		h := sha256.New()
		fmt.Fprintf(h, "%s\n%q %q\n", language, f.From, f.To)
		writeNode(h, s.node, "tests", "leave", "leave_target", "remark")
		f.hashLookups(h, s.Fields)
		s.Hash = hex.EncodeToString(h.Sum(nil))[:32]
		fmt.Fprintln(all, s.Name, s.Hash)
	}
	f.Hash = hex.EncodeToString(all.Sum(nil))[:32]
}

// writeNode writes what a value says: comments, quotes and the order of keys
// make no difference.
func writeNode(h hash.Hash, n *strictyaml.Node, except ...string) {
	switch n.Kind {
	case strictyaml.Scalar:
		fmt.Fprintf(h, "%q\n", n.Text())
	case strictyaml.List:
		fmt.Fprintln(h, "[")
		for _, item := range n.Items() {
			writeNode(h, item)
		}
		fmt.Fprintln(h, "]")
	case strictyaml.Map:
		entries := slices.Clone(n.Entries())
		slices.SortFunc(entries, func(a, b strictyaml.Entry) int {
			if a.Key < b.Key {
				return -1
			}
			return 1
		})
		fmt.Fprintln(h, "{")
		for _, e := range entries {
			if !slices.Contains(except, e.Key) {
				fmt.Fprintf(h, "%q:", e.Key)
				writeNode(h, e.Value)
			}
		}
		fmt.Fprintln(h, "}")
	default:
		fmt.Fprintln(h, "null")
	}
}

func (f *File) hashLookups(h hash.Hash, rules []*Rule) {
	for _, r := range rules {
		if r.Lookup != nil {
			data, err := os.ReadFile(f.lookupPath(r.Lookup))
			fmt.Fprintf(h, "%q %t %x\n", r.Lookup.File, err == nil, sha256.Sum256(data))
		}
		f.hashLookups(h, r.Fields)
	}
}

func (f *File) lookupPath(l *Lookup) string {
	if filepath.IsAbs(l.File) {
		return l.File
	}
	return filepath.Join(f.dir(), filepath.FromSlash(l.File))
}
