package load

import (
	"bytes"
	"strings"
)

// csvRow is a row of a CSV text and the line it begins in.
type csvRow struct {
	line  int
	cells []string
}

// parseRows cuts a CSV text (RFC 4180) into rows, lines without anything left
// out. What parts the cells is the first of comma, semicolon and tab in the
// first line. A cell in quotes is kept byte for byte. The error is a
// *DecisionError without a file.
func parseRows(text []byte) ([]csvRow, error) {
	comma := byte(',')
	first, _, _ := bytes.Cut(text, []byte("\n"))
	if i := bytes.IndexAny(first, ",;\t"); i >= 0 {
		comma = first[i]
	}
	var rows []csvRow
	line := 1
	for len(text) > 0 {
		row := csvRow{line: line}
		for more := true; more; {
			cell, rest, lines, err := parseCell(text, comma, line)
			if err != nil {
				return nil, err
			}
			row.cells = append(row.cells, cell)
			line += lines
			more = len(rest) > 0 && rest[0] == comma
			text = rest
			if more {
				text = text[1:]
			}
		}
		if len(text) > 0 { // parseCell stops at the end of a line
			text = text[1:]
			line++
		}
		if len(row.cells) > 1 || row.cells[0] != "" {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// parseCell takes one cell off the text; lines is how many ends of lines it held.
func parseCell(text []byte, comma byte, line int) (cell string, rest []byte, lines int, err error) {
	if len(text) == 0 || text[0] != '"' {
		end := bytes.IndexFunc(text, func(r rune) bool { return r == rune(comma) || r == '\n' })
		if end < 0 {
			end = len(text)
		}
		cell = string(text[:end])
		if end == len(text) || text[end] == '\n' {
			cell = strings.TrimSuffix(cell, "\r")
		}
		if strings.Contains(cell, `"`) {
			return "", nil, 0, &DecisionError{Line: line, Text: "a quotation mark stands in a cell without quotation marks round it; write the cell in \"...\" and each mark in it twice"}
		}
		return cell, text[end:], 0, nil
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c != '"':
			if c == '\n' {
				lines++
			}
			b.WriteByte(c)
		case i+1 < len(text) && text[i+1] == '"':
			b.WriteByte('"')
			i++
		default:
			rest = text[i+1:]
			end := bytes.TrimPrefix(rest, []byte("\r"))
			if len(end) > 0 && end[0] == '\n' {
				return b.String(), end, lines, nil
			}
			if len(end) == 0 {
				return b.String(), nil, lines, nil
			}
			if rest[0] != comma {
				return "", nil, 0, &DecisionError{Line: line + lines, Text: "text stands behind the closing quotation mark of a cell; write each mark within the cell twice"}
			}
			return b.String(), rest, lines, nil
		}
	}
	return "", nil, 0, &DecisionError{Line: line, Text: "a cell that begins with a quotation mark is never closed; the file seems cut"}
}
