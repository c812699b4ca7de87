package mapping

import (
	"errors"
	"strings"

	"ferry/extract/strictyaml"
)

// block is a map of the file whose keys stand one a line.
type block struct {
	lines  []string
	indent int
	keys   []int // line of each key, counted from 0
	ends   []int // line after each entry's last line that is not blank or a comment
}

// find locates the lines of the entries.
func (b *block) find(n *strictyaml.Node) error {
	start := n.Line - 1
	for i := start; i < len(b.lines); i++ {
		text := strings.TrimRight(b.lines[i], "\r\n")
		trimmed := strings.TrimLeft(text, " ")
		depth := len(text) - len(trimmed)
		if trimmed == "" || trimmed[0] == '#' {
			continue
		}
		if depth < b.indent && i > start {
			break
		}
		if depth == b.indent || i == start && len(text) > b.indent {
			b.keys, b.ends = append(b.keys, i), append(b.ends, i+1)
			continue
		}
		if len(b.ends) == 0 {
			break
		}
		b.ends[len(b.ends)-1] = i + 1
	}
	entries := n.Entries()
	if len(b.keys) != len(entries) || len(entries) > 1 && b.keys[0] == b.keys[1] || strings.HasPrefix(b.lines[start][min(b.indent, len(b.lines[start])):], "{") {
		return errors.New("the fields stand in braces; write one a line")
	}
	for i, e := range entries {
		line := b.lines[b.keys[i]][b.indent:]
		if !strings.HasPrefix(line, e.Key) && !strings.HasPrefix(strings.TrimLeft(line, `'"`), strings.ReplaceAll(e.Key, "'", "''")) {
			return errors.New("the fields are laid out in a way that cannot be edited; write one a line")
		}
	}
	return nil
}

func (b *block) newline() string {
	if strings.HasSuffix(b.lines[0], "\r\n") {
		return "\r\n"
	}
	return "\n"
}

// replace gives the lines that take the place of an entry; an empty rule leaves
// only its comments.
func (b *block) replace(from, to int, old *strictyaml.Node, rule string) []string {
	indent, end := strings.Repeat(" ", b.indent), b.newline()
	line := strings.TrimRight(b.lines[from], "\r\n")
	head, comment := splitComment(line)
	var out []string
	for _, inner := range b.lines[from+1 : to] {
		if _, c := splitComment(strings.TrimRight(inner, "\r\n")); c != "" {
			out = append(out, indent+strings.TrimSpace(c)+end)
		}
	}
	if rule == "" {
		if comment != "" {
			out = append(out, indent+strings.TrimSpace(comment)+end)
		}
		return out
	}
	key := head[:colonAfterKey(head, b.indent)+1]
	last := key + " " + rule + comment + end
	if to == len(b.lines) && !strings.HasSuffix(b.lines[to-1], "\n") {
		last = strings.TrimSuffix(last, end)
	}
	return append(out, last)
}

// colonAfterKey finds the colon that ends the key of a line.
func colonAfterKey(line string, indent int) int {
	i := indent
	if q := line[i]; q == '\'' || q == '"' {
		for i++; i < len(line) && line[i] != q; i++ {
			if line[i] == '\\' && q == '"' {
				i++
			}
		}
	}
	for ; i < len(line); i++ {
		if line[i] == ':' && (i+1 == len(line) || line[i+1] == ' ' || line[i+1] == '\t') {
			return i
		}
	}
	return len(line) - 1
}

// splitComment parts a line into its text and the comment behind it, with the
// space before the comment. Text in quotes holds no comment.
func splitComment(line string) (text, comment string) {
	quote := byte(0)
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quote == '"' && c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && (i == 0 || strings.IndexByte(" {[,:", line[i-1]) >= 0):
			quote = c
		case c == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t'):
			text = strings.TrimRight(line[:i], " \t")
			return text, line[len(text):]
		}
	}
	return line, ""
}
