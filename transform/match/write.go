package match

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"ferry/extract/sheet"
)

// write makes the mapping file.
func (p *proposer) write() {
	var b strings.Builder
	what := "A sheet"
	if p.in.File != "" {
		what = line(p.in.File)
	}
	if name := p.in.Layout.Recipe.Sheet; name != "" {
		what += ", sheet " + line(name)
	}
	fmt.Fprintf(&b, "# %s: its rows become %s of %s.\n", what, strings.ToLower(p.stream.Label), p.spec.Title)
	b.WriteString("# Written by Ferry from what the columns are called and what stands in them. Whoever\n# changes it by hand keeps it: Ferry then takes it as it is.\n")
	fmt.Fprintf(&b, "version: 1\nfrom: %s\nto: %s\nstreams:\n  - name: %s\n    from: %s\n    to: %s\n", sheet.Vendor, scalar(p.spec.Vendor), scalar(p.stream.Name), sheet.Stream, scalar(p.stream.Name))
	if len(p.found) > 0 {
		fmt.Fprintf(&b, "    # By these fields a record that %s has already is found, tried in order.\n    match: [%s]\n", p.spec.Title, matchList(p.found))
	}
	b.WriteString("    fields:")
	if len(p.ruled) == 0 {
		b.WriteString(" {}")
	}
	b.WriteByte('\n')
	for _, r := range p.ruled {
		r.write(&b, "      ")
	}
	if len(p.lost) > 0 {
		b.WriteString("    leave:\n")
		for _, l := range p.lost {
			fmt.Fprintf(&b, "      %s: %s\n", scalar(l.name), scalar(l.reason))
		}
	}
	p.out.Mapping = []byte(b.String())
}

// line keeps a name on the line of its comment.
func line(text string) string { return strings.Join(strings.Fields(text), " ") }

func matchList(groups [][]string) string {
	texts := make([]string, len(groups))
	for i, g := range groups {
		names := make([]string, len(g))
		for k := range g {
			names[k] = scalar(g[k])
		}
		if texts[i] = names[0]; len(g) > 1 {
			texts[i] = "[" + strings.Join(names, ", ") + "]"
		}
	}
	return strings.Join(texts, ", ")
}

// write writes a rule: on one line where it has no values.
func (r *rule) write(b *strings.Builder, indent string) {
	note := ""
	if r.note != "" {
		note = " # " + r.note
	}
	head := indent + scalar(r.path) + ":"
	switch {
	case r.each != "":
		fmt.Fprintf(b, "%s\n%s  each: %s\n%s  fields:\n", head+note, indent, single(r.each), indent)
		for _, inner := range r.inner {
			inner.write(b, indent+"    ")
		}
	case r.bare != "":
		fmt.Fprintf(b, "%s %s%s\n", head, single(r.bare), note)
	case len(r.values) == 0:
		keys := append([]string{r.source}, r.keys...)
		fmt.Fprintf(b, "%s {%s}%s\n", head, strings.Join(keys, ", "), note)
	default:
		fmt.Fprintf(b, "%s%s\n%s  %s\n%s  values:\n", head, note, indent, r.source, indent)
		for _, e := range r.values {
			to := ""
			if e.to != nil {
				to = " " + scalar(*e.to)
			}
			fmt.Fprintf(b, "%s    %s:%s\n", indent, scalar(e.from), to)
		}
		for _, k := range r.keys {
			fmt.Fprintf(b, "%s  %s\n", indent, k)
		}
	}
}

// plainScalar is what YAML takes as it stands, also between braces.
var plainScalar = regexp.MustCompile(`^[\pL_][\pL\pN_./()+-]*( [\pL\pN_./()+-]+)*$`)

// words that YAML or its readers take for something else than text.
var reserved = map[string]bool{"true": true, "false": true, "yes": true, "no": true, "null": true, "on": true, "off": true, "y": true, "n": true}

// scalar writes a text as a YAML scalar, in quotes where it needs them.
func scalar(text string) string {
	if plainScalar.MatchString(text) && !reserved[strings.ToLower(text)] {
		return text
	}
	return single(text)
}

// single writes a text in single quotes; one with marks that these cannot hold in
// double ones.
func single(text string) string {
	for _, r := range text {
		if r < ' ' || r == 0x7F || r == 0x85 || r == 0x2028 || r == 0x2029 || r == 0xFEFF || !strconv.IsPrint(r) && r != ' ' {
			return doubled(text)
		}
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}

// doubled writes a text in double quotes with the escapes of YAML 1.2.
func doubled(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r > 0xFFFF && !strconv.IsPrint(r):
			fmt.Fprintf(&b, `\U%08X`, r)
		case r < ' ' || !strconv.IsPrint(r):
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
