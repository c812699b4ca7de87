package main

import (
	"context"
	"errors"

	"ferry/cmd/ferry/internal/intake"
	"ferry/extract"
	"ferry/extract/sheet"
	"ferry/extract/stage"
)

// answerChecked writes the answered file of a check: nothing was loaded. l knows
// what earlier imports have loaded; nil: nothing does.
func (im *importer) answerChecked(ctx context.Context, l *loader) (err error) {
	account, err := openLogin(im.job.Target.Login)
	id := ""
	if err == nil {
		id = importID(im.job, account.Account.ID) + "-check"
	}
	if im.offline {
		id = importID(im.job, "") + "-check"
	}
	var outcomes *intake.Outcomes
	if l != nil {
		if outcomes, err = l.earlierOutcomes(ctx); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, outcomes.Close()) }()
	}
	var errs []error
	for n, b := range im.in.Books {
		f := im.in.Info().Files[n]
		w := &answerWriter{app: im.app, file: f, original: b.File().Path, id: id, out: im.o.Out, vendor: im.job.Target.Spec, stream: im.streamName(),
			fields: im.in.FieldsOf(), outcomes: outcomes, none: "not loaded"}
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
