package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"ferry/cmd/ferry/internal/intake"
	"ferry/extract/record"
)

// proposes tells whether the mapping is Ferry's to write: that of an import without
// a job, unless a person has changed it.
func (im *importer) proposes() bool {
	if im.to == nil || im.o.Mapping != "" {
		return false
	}
	have, err := os.ReadFile(im.job.Mapping)
	if err != nil {
		return true
	}
	wrote, err := os.ReadFile(filepath.Join(filepath.Dir(im.job.Mapping), importProposed))
	return err == nil && slices.Equal(have, wrote)
}

// keepProposed writes the mapping that was proposed.
func (im *importer) keepProposed() error {
	for _, path := range []string{filepath.Join(filepath.Dir(im.job.Mapping), importProposed), im.job.Mapping} {
		if have, err := os.ReadFile(path); err == nil && slices.Equal(have, im.in.Proposal.Mapping) {
			continue
		}
		if err := replaceFile(path, im.in.Proposal.Mapping); err != nil {
			return failure(err, "see that the folder can be written")
		}
	}
	return nil
}

// settle understands the files and finds the mapping.
func (im *importer) settle(ctx context.Context) error {
	cfg := intake.Config{Target: im.job.Target.Spec, Lists: im.lists.of, Custom: im.lists.fieldsOf(), Own: im.own(), Ask: im.asker(),
		Missing: im.job.Source.Sheet.Acts()}
	if account, err := openLogin(im.job.Target.Login); err == nil && account.Zone != nil {
		cfg.Zone = account.Zone.String()
	}
	if im.linked != nil {
		cfg.Known = func(key string) bool { return im.linked(record.Key(key)) }
	}
	if im.proposes() {
		cfg.Stream = im.to.stream
	} else {
		f, _, err := readMapping(im.job.Mapping)
		if err != nil {
			return err
		}
		cfg.Mapping = f
	}
	err := im.in.Settle(ctx, cfg)
	if wrong, ok := errors.AsType[*intake.AnswerError](err); ok {
		return usageError(wrong.Error(), wrong.Do)
	}
	if open, ok := errors.AsType[*intake.OpenError](err); ok {
		im.printUnderstood()
		return im.printOpen(open)
	}
	if err != nil {
		return err
	}
	im.printUnderstood()
	for _, id := range im.in.Idle() {
		im.app.screen.note("--answer %s: nothing asks this of %s; it is not kept", shellQuoted(id+"="+im.given[id]), allOf(im.in.Names()))
	}
	if im.in.Proposal != nil {
		if err := im.keepProposed(); err != nil {
			return err
		}
	}
	return im.in.Save()
}
