package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ferry/extract/connector"
	"ferry/extract/stage"
)

// What --yes does not approve and must be allowed by name.
const (
	allowFinal   = "final"   // what cannot be undone
	allowDeletes = "deletes" // what undo removes
)

// byYes is who approved a plan under --yes.
const byYes = "--yes"

// approval is what is known of a plan's approval before a person is asked.
type approval struct {
	By       string   // who or what has approved it; "" nobody yet
	Ask      bool     // a person at the terminal may be asked
	Question string   // what a person at the terminal is asked
	Needs    []string // allowFinal, allowDeletes: what the plan cannot do without
	Next     string   // the command that approves it
}

// approve makes a waiting plan an approved one. The error, exit 4, says what is
// missing. A plan that was approved before is gone on with.
func (l *loader) approve(ctx context.Context, p *stage.Plan, o approval) error {
	if p.State == stage.PlanApproved {
		l.cfg.Allow = append(l.cfg.Allow, o.Needs...) // allowed when it was approved
		return nil
	}
	missing := slices.DeleteFunc(slices.Clone(o.Needs), func(n string) bool { return slices.Contains(l.cfg.Allow, n) })
	if o.By == "" && o.Ask && l.app.InTerm {
		by, err := l.app.askApproval(o.Question, l.line.login, missing)
		if err != nil {
			return waiting(*p, err.Error(), o.Next)
		}
		l.cfg.Allow = append(l.cfg.Allow, missing...)
		o.By, missing = by, nil
	}
	next := o.Next
	for _, n := range missing {
		next += " --allow " + n
	}
	switch {
	case o.By == "":
		return waiting(*p, "waits for approval", next)
	case len(missing) > 0:
		return waiting(*p, "waits: "+missingText(missing, o.By), next)
	}
	p.State, p.By, p.Approved = stage.PlanApproved, o.By, time.Now().UTC()
	return l.stage.SetPlan(ctx, p.ID, p.State, p.By, p.Approved)
}

// missingText says what must be allowed by name; by is who approved the rest of
// the plan.
func missingText(missing []string, by string) string {
	var parts []string
	which := "which must be allowed by name"
	if by == byYes {
		which = "which --yes does not approve"
	}
	for _, m := range missing {
		switch m {
		case allowFinal:
			parts = append(parts, "some of it cannot be undone, "+which)
		case allowDeletes:
			parts = append(parts, "records would be deleted, "+which)
		}
	}
	return strings.Join(parts, "; ")
}

// waiting is a plan that is not applied yet: exit 4 with what to type.
func waiting(p stage.Plan, why, next string) error {
	return &exitError{Code: exitWaiting, Err: fmt.Errorf("plan %s %s", shortHash(p.Hash), why), Hint: "to approve it: " + next}
}

// shortHash is as much of a plan's hash as people type.
func shortHash(hash string) string { return hash[:min(len(hash), shortHashLen)] }

const shortHashLen = 12

// askApproval asks a person at the terminal to type the account's name, so that
// nobody loads into another than they think, and the name of each thing that
// must be allowed apart.
func (a *app) askApproval(question string, target *login, missing []string) (by string, err error) {
	word := approvalWord(target)
	if err := a.askWord(question, word); err != nil {
		return "", err
	}
	for _, m := range missing {
		if err := a.askWord("And "+missingText([]string{m}, "")+".", m); err != nil {
			return "", err
		}
	}
	return "typed at the terminal", nil
}

// askWord takes one word and no other for a yes.
func (a *app) askWord(question, word string) error {
	fmt.Fprintf(a.Err, "%s\nType %s to go on, anything else leaves it waiting: ", question, word)
	text, err := a.typed()
	if err != nil && text == "" {
		fmt.Fprintln(a.Err)
	}
	if strings.TrimSpace(text) != word {
		return errors.New("was not approved and waits")
	}
	return nil
}

// approvalWord is the name of the account where it has one, else its vendor's.
func approvalWord(l *login) string {
	if slices.ContainsFunc(l.Spec.Settings, func(s connector.Setting) bool { return s.Identity }) {
		return l.Account.Identity
	}
	return l.Account.Vendor
}
