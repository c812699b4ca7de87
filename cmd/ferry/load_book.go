package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/planbook"
)

// readBook reads a filled-in workbook; its mistakes are those of the person who
// filled it in.
func readBook(path string) (*planbook.Answers, error) {
	answers, err := planbook.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usageError("there is no file "+path, "give the path of a workbook that ferry plan --workbook wrote")
	}
	if err != nil {
		return nil, &exitError{Code: exitUsage, Err: err, Hint: "nothing of the workbook was taken; mend the cells and hand it back"}
	}
	return answers, nil
}

// takeAnswers takes the decisions of a workbook over into the decisions file,
// from which every later plan reads them.
func (l *loader) takeAnswers(ctx context.Context, path string) error {
	answers, err := readBook(path)
	if err != nil {
		return err
	}
	p, ok, err := newestPlan(ctx, l.stage, stage.PlanLoad)
	if err != nil {
		return err
	}
	if !ok {
		return usageError(fmt.Sprintf("job %s has no plan that %s could answer", l.job.Name, path), "make one: ferry plan "+relative(l.job.Path))
	}
	if err := answers.Check(ctx, l.stage, p, false); err != nil {
		return &exitError{Code: exitUsage, Err: err, Hint: "nothing of the workbook was taken"}
	}
	if err := answers.Settle(ctx, l.cfg); err != nil {
		if _, wrong := errors.AsType[*planbook.Problem](err); wrong {
			return &exitError{Code: exitUsage, Err: err, Hint: "nothing of the workbook was taken; mend the cells and hand it back"}
		}
		return err
	}
	replaced, err := l.decisions.Merge(&answers.Decisions)
	if err != nil {
		return &exitError{Code: exitUsage, Err: err, Hint: "nothing of the workbook was taken"}
	}
	s, file := l.app.screen, decisionsPath(l.job)
	for _, text := range replaced {
		s.note("decided anew: %s", text)
	}
	d := &answers.Decisions
	s.emit(map[string]any{"event": "answers", "matches": len(d.Matches), "values": len(d.Values), "replaced": len(replaced), "path": file})
	if l.app.flags.DryRun {
		s.say("%s and %s read; with --dry-run they count for this plan alone\n", plural(len(d.Matches), "match"), plural(len(d.Values), "value"))
		return nil
	}
	if err := load.WriteDecisions(file, l.decisions); err != nil {
		return failure(fmt.Errorf("the decisions cannot be kept: %w", err), "")
	}
	s.say("Decisions on %s and %s are kept in %s\n", plural(len(d.Matches), "record"), plural(len(d.Values), "value"), relative(file))
	return nil
}

// writeWorkbook writes a plan for those who decide.
func (l *loader) writeWorkbook(ctx context.Context, p stage.Plan, path string) error {
	if !isWorkbook(path) {
		return usageError(fmt.Sprintf("--workbook %s: a plan is written as .xlsx", path), "give a name that ends in .xlsx")
	}
	if l.app.flags.DryRun {
		l.app.screen.say("would write %s\n", path)
		return nil
	}
	in, err := planbook.FromPlan(ctx, l.cfg, p)
	if err != nil {
		return err
	}
	sum, err := load.ReadSummary(p)
	if err != nil {
		return err
	}
	for _, fact := range l.priceFacts(sum) {
		in.Facts = append(in.Facts, planbook.Fact{Name: fact[0], Text: fact[1]})
	}
	if err := planbook.Write(ctx, path, in); err != nil {
		return failure(fmt.Errorf("the workbook cannot be written: %w", err), "where it is open in another program, close it and try again")
	}
	job := relative(l.job.Path)
	l.app.screen.say("\nWorkbook: %s\n  decisions in it come back with   ferry plan %s --answers %s\n  filled in and signed, with       ferry apply %s --plan %s\n", path, job, path, job, path)
	l.app.screen.emit(map[string]any{"event": "workbook", "path": path, "plan": p.Hash})
	return nil
}

// signed reads the approval of a workbook: the hash of the plan it is about, and
// who approved it when.
func (l *loader) signed(path string) (hash, by string, err error) {
	answers, err := readBook(path)
	if err != nil {
		return "", "", err
	}
	if answers.Approval == nil {
		return "", "", usageError(fmt.Sprintf("%s is not approved: sheet Approval is not filled in", path), "fill in who, when, and the word approve")
	}
	if l.undecided(&answers.Decisions) {
		job := relative(l.job.Path)
		return "", "", usageError(fmt.Sprintf("%s holds decisions that its plan was made without", path),
			fmt.Sprintf("take them over with `ferry plan %s --answers %s --workbook NEW.xlsx`, and approve the new plan", job, path))
	}
	return answers.Hash, fmt.Sprintf("%s on %s, in %s", answers.Approval.By, answers.Approval.Date.Format("2006-01-02"), path), nil
}

// undecided tells that a workbook holds decisions which are not kept yet.
func (l *loader) undecided(d *load.Decisions) bool {
	kept := load.Decisions{Matches: slices.Clone(l.decisions.Matches), Values: slices.Clone(l.decisions.Values)}
	matches, values := len(kept.Matches), len(kept.Values)
	replaced, err := kept.Merge(d)
	return err != nil || len(replaced) > 0 || len(kept.Matches) != matches || len(kept.Values) != values
}
