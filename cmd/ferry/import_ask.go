package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ferry/cmd/ferry/internal/intake"
	"ferry/extract/sheet/grid"
)

// asker puts questions to the person at the terminal; nil where nobody is there.
func (im *importer) asker() func(grid.Question) (string, bool) {
	if !im.app.InTerm {
		return nil
	}
	return func(q grid.Question) (string, bool) {
		if q.Default != "" && (im.app.flags.Yes || strings.HasPrefix(q.ID, clearing)) {
			return "", false
		}
		return im.app.ask(q)
	}
}

// ask puts one question until it is answered: by the number of a choice, by Enter
// where there is a default, by any text where that is an answer. "why" shows on
// what it rests. ok is false where the person ends the input.
func (a *app) ask(q grid.Question) (value string, ok bool) {
	a.screen.drop()
	fmt.Fprintf(a.Err, "\n%s\n", questionText(q))
	for n, c := range q.Choices {
		mark := ""
		if c.Value == q.Default && q.Default != "" {
			mark = "  (Enter)"
		}
		fmt.Fprintf(a.Err, "  %d  %s%s\n", n+1, choiceText(c), mark)
	}
	if q.Free && q.Form != "" {
		fmt.Fprintf(a.Err, "  or %s\n", q.Form)
	}
	if q.Free && q.Default != "" && !slices.ContainsFunc(q.Choices, func(c grid.Choice) bool { return c.Value == q.Default }) {
		fmt.Fprintf(a.Err, "  Enter takes %s\n", q.Default)
	}
	for {
		fmt.Fprint(a.Err, "Answer (why shows the reasons): ")
		text, err := a.typed()
		text = strings.TrimSpace(text)
		if text == "why" {
			fmt.Fprintf(a.Err, "%s\n", whyText(q))
			continue
		}
		if value, ok := answerOf(q, text); ok {
			return value, true
		}
		if err != nil {
			fmt.Fprintln(a.Err)
			return "", false
		}
		fmt.Fprintln(a.Err, "Type the number of a choice.")
	}
}

// answerOf is the answer that a person typed; ok is false where it is none.
func answerOf(q grid.Question, text string) (value string, ok bool) {
	if text == "" {
		return q.Default, q.Default != ""
	}
	if n, err := strconv.Atoi(text); err == nil && n >= 1 && n <= len(q.Choices) {
		return q.Choices[n-1].Written(), true
	}
	for _, c := range q.Choices {
		if strings.EqualFold(c.Written(), text) {
			return c.Written(), true
		}
	}
	return text, q.Free
}

// questionText is a question with the column and the value that it is about, for
// the person whose file it stands in.
func questionText(q grid.Question) string {
	text := q.Text
	if q.Column != "" && !strings.Contains(text, q.Column) {
		text = q.Column + ": " + text
	}
	if q.Value != "" {
		text += fmt.Sprintf(" [%s]", q.Value)
	}
	if q.Count > 0 {
		text += fmt.Sprintf(" (%s)", plural(q.Count, "row"))
	}
	return text
}

func choiceText(c grid.Choice) string {
	if c.Label == "" {
		return c.Value
	}
	return c.Label
}

// whyText says on what a question rests.
func whyText(q grid.Question) string {
	text := q.Why
	if cells := refsText(q.Cells); cells != "" && !strings.Contains(text, q.Cells[0].String()) {
		text = strings.TrimSuffix(text, ".") + " (" + cells + ")"
	}
	if text == "" {
		return "The file does not say."
	}
	return text
}

// refsText names cells, with their sheet where several are meant.
func refsText(refs []grid.Ref) string {
	several := slices.ContainsFunc(refs, func(r grid.Ref) bool { return r.Sheet != refs[0].Sheet })
	out := make([]string, len(refs))
	for n, r := range refs {
		if out[n] = r.String(); several && r.Sheet != "" {
			out[n] = r.Sheet + "!" + out[n]
		}
	}
	return strings.Join(out, ", ")
}

// printOpen lists the questions that must be answered, with what to type.
func (im *importer) printOpen(e *intake.OpenError) error {
	s := im.app.screen
	for _, q := range e.Questions {
		s.value("\n%s\n", questionText(q))
		if why := whyText(q); why != "" {
			s.value("  %s\n", why)
		}
		if _, given := im.given[q.ID]; given {
			s.value("  The answer that was given for %s is none of these:\n", q.ID)
		}
		for _, c := range q.Choices {
			answers := cmp.Or(c.ID, q.ID)
			s.value("  --answer %s   %s\n", shellQuoted(answers+"="+c.Value), c.Label)
		}
		if q.Free {
			s.value("  --answer %s   %s\n", shellQuoted(q.ID+"=..."), q.Form)
		}
		s.emit(map[string]any{"event": "question", "id": q.ID, "column": q.Column, "text": q.Text, "why": q.Why, "value": q.Value, "rows": q.Count,
			"choices": q.Choices, "cells": refsText(q.Cells), "free": q.Free})
	}
	return usageError(e.Error(), "answer with --answer as listed above, or run it on a terminal to be asked; an answer is kept and never asked again")
}

// shellQuoted is a word for a command line.
func shellQuoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`").Replace(text) + `"`
}
