package main

import (
	"context"
	"errors"
	"fmt"

	"ferry/cmd/ferry/internal/intake"
	"ferry/extract"
	"ferry/extract/sheet"
	"ferry/extract/stage"
)

// checkAlone settles and checks, and reports; l is nil where the account is not asked.
func (im *importer) checkAlone(ctx context.Context, l *loader) error {
	if err := im.settle(ctx); err != nil {
		return err
	}
	if l != nil {
		if err := im.lookUp(ctx, l); err != nil {
			return err
		}
	}
	if err := im.check(ctx); err != nil {
		return err
	}
	named := im.in.Named()
	if len(named) > 0 {
		im.app.screen.say("\nNot checked: whether the records that %s names are in the target; that is looked up before the plan.\n", allOf(named))
	}
	if im.o.Out != "" {
		if err := im.answerChecked(ctx, nil); err != nil {
			return err
		}
	}
	if wrong := im.checked.Bad + im.checked.Held; wrong > 0 {
		return &exitError{Code: exitRejected, Err: fmt.Errorf("%s with a mistake", plural(wrong, "row")),
			Hint: "mend them and check again; an import loads the other rows and holds these back"}
	}
	if im.checked.None() {
		im.app.screen.say("\nNothing would be imported: there is no row to import%s.\n", whyNone(im.checked))
		return nil
	}
	im.app.screen.say("\n%s", checkedText(im.offline, len(named) > 0, im.checked.Warned()))
	return nil
}

// whyNone says why there may be no row to import, where the file has rows.
func whyNone(c *intake.Checked) string {
	if c.Skipped > 0 {
		return ", for the mapping leaves all of them out"
	}
	return ""
}

// checkedText says what a check without an error means, and what it cannot know.
func checkedText(offline, named, warned bool) string {
	none := "Nothing is wrong"
	if warned {
		none = "There are warnings, but nothing that holds a row back"
	}
	switch {
	case offline:
		return none + " as far as the file tells: the account was not asked. Without --check it is imported.\n"
	case named:
		return none + " in what was checked. Without --check it is imported; rows whose records are not found are held.\n"
	}
	return none + ". Without --check it is imported; what is in the target already is shown by its plan.\n"
}

// check holds every row against the target.
func (im *importer) check(ctx context.Context) (err error) {
	if im.checked, err = im.in.Check(ctx); err != nil {
		return err
	}
	if im.in.Foreign {
		im.app.screen.note("some rows were loaded by an import into another account or of another job: they are loaded here too")
	}
	im.printChecked()
	im.printLeftOut()
	return nil
}

// answerChecked writes the answered file of a check: nothing was loaded. l knows
// what earlier imports have loaded; nil: the stage of the job is asked.
func (im *importer) answerChecked(ctx context.Context, l *loader) (err error) {
	account, outcomes, err := im.earlier(ctx, l)
	if err != nil {
		return err
	}
	id := importID(im.job, account) + "-check"
	if outcomes != nil {
		defer func() { err = errors.Join(err, outcomes.Close()) }()
	}
	var errs []error
	for n, b := range im.in.Books {
		f, out := im.in.Info().Files[n], im.o.Out
		if n > 0 { // the path is that of the first
			out = ""
		}
		w := &answerWriter{app: im.app, file: f, original: b.File().Path, id: id, out: out, vendor: im.job.Target.Spec, stream: im.streamName(),
			fields: im.in.FieldsOf(), outcomes: outcomes, none: "good, not loaded yet", check: true}
		w.rows = func(ctx context.Context, fn func(*stage.ListedRow) error) error {
			return im.in.EachRow(ctx, func(file int, r *sheet.Row, cells []stage.ListedCell) error {
				if file != n {
					return nil
				}
				row := extract.ListedRow(file, r, cells)
				return fn(&row)
			})
		}
		errs = append(errs, w.write(ctx))
	}
	return errors.Join(errs...)
}

// streamName is the stream of the target that a row is first of all.
func (im *importer) streamName() string {
	if im.to != nil {
		return im.to.stream
	}
	names, err := im.streams()
	if err != nil || len(names) == 0 {
		return ""
	}
	return names[0]
}
