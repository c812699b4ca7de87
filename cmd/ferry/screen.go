package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The rules of the terminal output.
//
//  1. What a command was asked for goes to stdout: a table, a path, a body.
//     Progress, notes, warnings and errors go to stderr.
//  2. With --json stdout carries nothing but JSON, one object a line, the last
//     one with event "end"; all lines for people go to stderr.
//  3. With --quiet only errors and the values asked for are printed.
//  4. An error is one line that begins with "ferry:", and one that begins with
//     "->" and says what to do next.
//  5. Bars are drawn on stderr, only where it is a terminal, never with --json
//     or --quiet. Elsewhere progress is plain lines, one a stream every ten
//     seconds, so that a log stays readable. A wait is a line of its own.
//  6. No colour, no symbols beyond ASCII: the output is pasted into tickets.
//  7. Numbers have thousands commas; times are local and name their zone.
//  8. No secret and no value of a record is printed, but where a command was
//     asked for exactly that (call, explain, profile, plan, verify, undo), and
//     there secret fields are masked.

// screen is where everything is printed. Its methods may be called by many
// goroutines.
type screen struct {
	mu    sync.Mutex
	io    streams
	json  bool
	quiet bool
	drawn int      // lines of the live area on the terminal
	live  []string // what stands there
}

func newScreen(io streams) *screen { return &screen{io: io} }

// people is the stream for lines that answer what was asked.
func (s *screen) people() io.Writer {
	if s.json {
		return s.io.Err
	}
	return s.io.Out
}

// say prints lines of a result for people.
func (s *screen) say(format string, args ...any) {
	if !s.quiet {
		s.print(s.people(), fmt.Sprintf(format, args...))
	}
}

// value prints what was asked for, also with --quiet. With --json it is silent:
// an event carries the value.
func (s *screen) value(format string, args ...any) {
	if !s.json {
		s.print(s.io.Out, fmt.Sprintf(format, args...))
	}
}

// note prints a line about how things go.
func (s *screen) note(format string, args ...any) {
	if !s.quiet {
		s.print(s.io.Err, fmt.Sprintf(format, args...)+"\n")
	}
}

// warn prints a line that a person should not miss.
func (s *screen) warn(format string, args ...any) {
	s.note("warning: "+format, args...)
}

// fail prints an error and what to do next.
func (s *screen) fail(v verdict) {
	s.drop()
	if v.Text == "" {
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "ferry: %s\n", v.Text)
	if v.Hint != "" {
		fmt.Fprintf(&b, "  -> %s\n", v.Hint)
	}
	s.print(s.io.Err, b.String())
}

// table prints rows under a head, columns aligned. Columns whose head begins
// with ">" stand to the right.
func (s *screen) table(head []string, rows [][]string) {
	if s.quiet || len(rows) == 0 {
		return
	}
	s.print(s.people(), formatTable(head, rows))
}

// asked prints a table that is the answer itself: also with --quiet.
func (s *screen) asked(head []string, rows [][]string) {
	if len(rows) > 0 {
		s.print(s.people(), formatTable(head, rows))
	}
}

func formatTable(head []string, rows [][]string) string {
	right := make([]bool, len(head))
	width := make([]int, len(head))
	names := make([]string, len(head))
	for i, h := range head {
		names[i] = strings.TrimPrefix(h, ">")
		right[i] = names[i] != h
		width[i] = len([]rune(names[i]))
	}
	for _, row := range rows {
		for i, cell := range row {
			width[i] = max(width[i], len([]rune(cell)))
		}
	}
	var b strings.Builder
	for _, row := range append([][]string{names}, rows...) {
		var line strings.Builder
		for i, cell := range row {
			pad := strings.Repeat(" ", width[i]-len([]rune(cell)))
			if right[i] {
				line.WriteString(pad + cell + "  ")
			} else {
				line.WriteString(cell + pad + "  ")
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}

// emit prints one object as a line of --json; it is silent without.
func (s *screen) emit(event any) {
	if !s.json {
		return
	}
	if m, ok := event.(map[string]any); ok {
		event = ordered(m)
	}
	line, err := plainJSON(event)
	if err != nil { // values that cannot be JSON are a mistake of ours
		line = []byte("{\"event\":\"error\",\"reason\":\"not JSON\"}\n")
	}
	s.print(s.io.Out, string(line))
}

// plainJSON is a value as a line of JSON in which < > & stand as they are.
func plainJSON(v any) ([]byte, error) {
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return line.Bytes(), err
}

// ordered is an event whose JSON begins with time, event and stream; a missing
// time is now.
type ordered map[string]any

// MarshalJSON writes the members in the order that people look for them.
func (o ordered) MarshalJSON() ([]byte, error) {
	if o["time"] == nil {
		o["time"] = time.Now().UTC()
	}
	first := []string{"time", "event", "stream"}
	rest := slices.DeleteFunc(slices.Sorted(maps.Keys(o)), func(k string) bool { return slices.Contains(first, k) })
	out := []byte{'{'}
	for _, k := range append(first, rest...) {
		v, ok := o[k]
		if !ok {
			continue
		}
		value, err := plainJSON(v)
		if err != nil {
			return nil, err
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(strconv.AppendQuote(out, k), ':'), bytes.TrimSpace(value)...)
	}
	return append(out, '}'), nil
}

// end prints the last line of --json.
func (s *screen) end(v verdict, e ending) {
	bins := e.Bins
	if bins == nil {
		bins = map[string]int{}
	}
	resume := v.ResumeAt
	if resume.IsZero() {
		resume = e.ResumeAt
	}
	s.emit(struct {
		Time     time.Time      `json:"time"`
		Event    string         `json:"event"`
		Exit     exitCode       `json:"exit"`
		Reason   string         `json:"reason,omitempty"`
		ResumeAt time.Time      `json:"resume_at,omitzero"`
		Bins     map[string]int `json:"bins"`
	}{time.Now().UTC(), "end", v.Code, v.Text, resume, bins})
}

// print writes text above the live area.
func (s *screen) print(w io.Writer, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.erase()
	_, _ = io.WriteString(w, text) // a closed pipe is the reader's wish
	s.draw()
}

// show replaces the live area at the foot of the terminal.
func (s *screen) show(lines []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.erase()
	s.live = lines
	s.draw()
}

// drop removes the live area.
func (s *screen) drop() { s.show(nil) }

func (s *screen) erase() {
	if s.drawn > 0 {
		fmt.Fprintf(s.io.Err, "\x1b[%dA\x1b[J", s.drawn)
		s.drawn = 0
	}
}

func (s *screen) draw() {
	width := 80
	if s.io.Width != nil {
		width = s.io.Width()
	}
	for _, line := range s.live {
		if r := []rune(line); len(r) >= width {
			line = string(r[:width-1])
		}
		fmt.Fprintln(s.io.Err, line)
		s.drawn++
	}
}

// bars tells whether bars may be drawn.
func (s *screen) bars() bool { return s.io.ErrTerm && !s.json && !s.quiet }
