package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// widest is how wide a column of the table may get before its text wraps.
const widest = 46

// printTable writes one row a line and tells whether all of them passed. No
// line at all is no pass.
func printTable(w io.Writer, lines []line) bool {
	rows := [][]string{{"figure", "what", "must show", "shown", "verdict"}}
	passed := 0
	for _, l := range lines {
		verdict, shown := "pass", l.Shown
		if l.Pass {
			passed++
		} else {
			verdict = "FAIL"
			if l.Reason != "" {
				shown = strings.TrimSpace(shown + ": " + l.Reason)
			}
		}
		rows = append(rows, []string{l.Figure, l.What, l.Must, shown, verdict})
	}
	printRows(w, rows)
	fmt.Fprintf(w, "\n%d of %d passed\n", passed, len(lines))
	return len(lines) > 0 && passed == len(lines)
}

// printRows sets a table whose long cells go on in the lines below.
func printRows(w io.Writer, rows [][]string) {
	widths := make([]int, len(rows[0]))
	wrapped := make([][][]string, len(rows))
	for r, row := range rows {
		for c, cell := range row {
			parts := wrap(cell, widest)
			wrapped[r] = append(wrapped[r], parts)
			for _, p := range parts {
				widths[c] = max(widths[c], utf8.RuneCountInString(p))
			}
		}
	}
	for r, cells := range wrapped {
		height := 0
		for _, parts := range cells {
			height = max(height, len(parts))
		}
		for i := range height {
			printLine(w, cells, widths, i)
		}
		if r == 0 {
			printRule(w, widths)
		}
	}
}

func printLine(w io.Writer, cells [][]string, widths []int, i int) {
	var b strings.Builder
	for c, parts := range cells {
		text := ""
		if i < len(parts) {
			text = parts[i]
		}
		b.WriteString("| " + text + strings.Repeat(" ", widths[c]-utf8.RuneCountInString(text)) + " ")
	}
	fmt.Fprintln(w, b.String()+"|")
}

func printRule(w io.Writer, widths []int) {
	var b strings.Builder
	for _, n := range widths {
		b.WriteString("| " + strings.Repeat("-", n) + " ")
	}
	fmt.Fprintln(w, b.String()+"|")
}

// wrap cuts text into lines of at most width, between words where it can.
func wrap(text string, width int) []string {
	lines, now := []string{}, ""
	for _, word := range strings.Fields(text) {
		for utf8.RuneCountInString(word) > width {
			if now != "" {
				lines, now = append(lines, now), ""
			}
			runes := []rune(word)
			lines, word = append(lines, string(runes[:width])), string(runes[width:])
		}
		switch {
		case now == "":
			now = word
		case utf8.RuneCountInString(now)+1+utf8.RuneCountInString(word) > width:
			lines, now = append(lines, now), word
		default:
			now += " " + word
		}
	}
	return append(lines, now)
}
