package main

import (
	"context"
	"fmt"
	"slices"

	"ferry/cmd/ferry/internal/intake"
	"ferry/cmd/ferry/internal/job"
	"ferry/extract"
	"ferry/extract/connector"
	"ferry/extract/sheet"
	"ferry/transform/mapping"
)

// runFiles is `ferry run` of a job whose source is files.
func (a *app) runFiles(ctx context.Context, j *job.Job) error {
	if err := filesLoad(j); err != nil {
		return err
	}
	return a.importJob(ctx, j, importOptions{Show: 3})
}

// extractFiles is `ferry extract` of a job whose source is files. What fits the
// target decides which rows are staged, so that its lists are read too.
func (a *app) extractFiles(ctx context.Context, path string) error {
	j, err := a.loadTargetJob(path)
	if err != nil {
		return err
	}
	if err := filesLoad(j); err != nil {
		return err
	}
	return a.importJob(ctx, j, importOptions{Show: 3, extract: true})
}

// checkFilesOf is `ferry check` of a job whose source is files: the report on the
// files; online by the account's own lists too.
func (a *app) checkFilesOf(ctx context.Context, j *job.Job, online bool) error {
	if err := filesLoad(j); err != nil {
		return err
	}
	im := &importer{app: a, o: importOptions{Show: 5, Check: true, fromJob: true}, given: sheet.Answers{}, job: j, offline: !online}
	return im.run(ctx)
}

// filesLoad refuses a job that names files and nothing to do with them.
func filesLoad(j *job.Job) error {
	if j.Target == nil || j.Mapping == "" {
		return usageError(fmt.Sprintf("job %s reads files and loads them nowhere", j.Name), "write target: and mapping:, or use `ferry import FILE --into VENDOR.STREAM`")
	}
	return nil
}

// actsOnMissing refuses a job that wants an action done to the records whose rows
// are no longer listed, where its mapping does not say so in a stream that has it.
func (im *importer) actsOnMissing() error {
	s := im.job.Source.Sheet
	if !s.Acts() {
		return nil
	}
	f, _, err := readMapping(im.job.Mapping)
	if err != nil {
		return err
	}
	var has []string
	line := ""
	for _, def := range f.Streams {
		stream, err := im.job.Target.Spec.Stream(def.To)
		if err != nil || stream.Writes == nil || !slices.Contains(def.From, sheet.Stream) {
			continue
		}
		for i := range stream.Writes.Actions {
			if a := &stream.Writes.Actions[i]; a.Name == s.Missing {
				has, line = append(has, def.Name), missingRule(a)
			}
		}
		if len(has) > 0 && slices.ContainsFunc(def.Fields, func(r *mapping.Rule) bool { return r.From == intake.MissingColumn }) {
			return nil
		}
	}
	if len(has) == 0 {
		return usageError(fmt.Sprintf("missing: %s: no stream that the mapping writes has that action", s.Missing), "write missing: report")
	}
	return usageError(fmt.Sprintf("missing: %s: the mapping does not say what it changes", s.Missing),
		fmt.Sprintf("write under fields of %s: %s", has[0], line))
}

// missingRule is the rule by which an action is done to records whose rows are no
// longer listed.
func missingRule(a *connector.Action) string {
	field, value, by := a.Field, a.To, ", by: actions"
	if field == "" && len(a.Fixed) > 0 {
		field, value, by = a.Fixed[0].Path, string(a.Fixed[0].Value), ""
	}
	return fmt.Sprintf("%s: {from: %s, values: {%s: %q}%s}", field, intake.MissingColumn, extract.GoneWord, value, by)
}
