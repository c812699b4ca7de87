package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ferry/cmd/ferry/internal/intake"
	"ferry/cmd/ferry/internal/job"
	"ferry/extract/record"
	"ferry/extract/sheet"
	"ferry/extract/stage"
	"ferry/transform/answers"
)

// importer is one import: of `ferry import`, or of a job whose source is files.
type importer struct {
	app   *app
	o     importOptions
	given sheet.Answers
	files []string // as typed; nil: those of the job

	to      *into // nil: the job is a person's own
	job     *job.Job
	in      *intake.Import
	offline bool // the account is not asked for anything
	lists   *accountLists
	linked  func(record.Key) bool // a row has a record in the target already; nil: not known
	checked *intake.Checked
}

// importJob imports the files that a job names.
func (a *app) importJob(ctx context.Context, j *job.Job, o importOptions) error {
	o.fromJob = true
	im := &importer{app: a, o: o, given: sheet.Answers{}, job: j}
	return im.run(ctx)
}

// run does the whole import.
func (im *importer) run(ctx context.Context) (err error) {
	if err := im.openTarget(); err != nil {
		return err
	}
	paths, err := im.paths()
	if err != nil {
		return err
	}
	progress := newRowProgress(im.app.screen)
	defer progress.stop()
	scratch, err := im.app.scratch()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	im.in, err = intake.Open(ctx, paths, sheet.Options{Child: im.app.reader, Dir: scratch}, im.given)
	if err != nil {
		return err
	}
	im.in.Report = progress.handle
	defer func() { err = errors.Join(err, im.in.Close()) }()
	if err := im.findJob(ctx, paths); err != nil {
		return err
	}
	if err := im.in.Know(im.answersPath(), im.kind()); err != nil {
		return err
	}
	if im.offline {
		return im.checkAlone(ctx, nil)
	}
	if im.o.Check {
		return im.withLists(ctx, im.checkAlone)
	}
	var found findings
	err = im.withStage(ctx, func(l *loader) error {
		found, err = im.stageRows(ctx, l)
		return err
	})
	if err != nil || im.o.extract {
		return errors.Join(err, found.err())
	}
	progress.stop()
	return im.load(ctx, found)
}

// openTarget finds out where the rows go.
func (im *importer) openTarget() (err error) {
	check := im.o.Check
	switch {
	case im.o.Into != "":
		im.to, err = im.app.openInto(im.o.Into, im.o.BaseURL, check)
		im.offline = err == nil && im.to.target == nil
		return err
	case im.job == nil:
		im.job, err = im.app.readJob(im.o.Job, job.Options{Target: true})
		if check && isProblems(err) { // the settings may be missing: nothing is asked of the account then
			im.offline = true
			im.job, err = im.app.readJob(im.o.Job, job.Options{})
		}
		if err != nil {
			return err
		}
	}
	if im.job.Source.Sheet == nil {
		return usageError(fmt.Sprintf("job %s reads from %s, not from files", im.job.Name, im.job.Source.Spec.Vendor),
			"write source: {files: ...} in the job file, or use --into VENDOR.STREAM")
	}
	if err := loadable(im.job); err != nil {
		return err
	}
	return im.actsOnMissing()
}

// paths are the files to import.
func (im *importer) paths() ([]string, error) {
	named := &job.Sheet{Files: im.files}
	if im.o.fromJob {
		named = im.job.Source.Sheet
	}
	paths, none, err := named.Paths()
	if err != nil {
		return nil, usageError(err.Error(), "name files, or use * and ? alone")
	}
	if len(none) > 0 {
		return nil, usageError("there is no file "+strings.Join(none, ", "), "see that the path is right")
	}
	return paths, im.outFits(paths)
}

// outFits refuses a path for the answered file that cannot be written to, before
// anything is read or loaded.
func (im *importer) outFits(paths []string) error {
	if im.o.Out == "" {
		return nil
	}
	dir := filepath.Dir(im.o.Out)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return usageError("--out: there is no folder "+dir, "make it, or name another path")
	}
	for _, path := range paths {
		switch same, err := sameFile(path, im.o.Out); {
		case err != nil:
			return err
		case same:
			return usageError("--out names the file that is imported: it is never written over", "name another path")
		}
	}
	return nil
}

// sameFile tells whether two paths name one file; that of b need not be there.
func sameFile(a, b string) (bool, error) {
	one, err := os.Stat(a)
	if err != nil {
		return false, err
	}
	other, err := os.Stat(b)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && os.SameFile(one, other), err
}

// findJob finds or makes the job of an import without one, and gives a job the
// files and what it says of them.
func (im *importer) findJob(ctx context.Context, paths []string) error {
	if im.to != nil {
		headers, mark, err := im.in.Look(ctx)
		if err != nil {
			return err
		}
		dir, err := im.app.importFolder(ctx, im.to, headers, mark)
		if err != nil {
			return err
		}
		im.job, err = im.app.makeJob(dir, im.to, paths, im.o, im.offline)
		return err
	}
	for id, value := range map[string]string{"sheet": im.job.Source.Sheet.Name, "key": strings.Join(im.job.Source.Sheet.Key, ",")} {
		if _, given := im.given[id]; value != "" && !given {
			im.given[id] = value
		}
	}
	return nil
}

// answersPath is where the answers are kept: beside the mapping, of a shipped
// mapping beside the job.
func (im *importer) answersPath() string {
	if isMappingPath(im.job.Mapping) {
		return answers.Path(im.job.Mapping)
	}
	return answers.Path(strings.TrimSuffix(im.job.Path, filepath.Ext(im.job.Path)) + ".yaml")
}

// kind is what the answers are for.
func (im *importer) kind() string {
	if im.to != nil {
		return im.to.spec.Vendor + "." + im.to.stream
	}
	return filepath.Base(im.job.Mapping)
}

// stageRows settles, checks, stages the rows and maps them.
func (im *importer) stageRows(ctx context.Context, l *loader) (findings, error) {
	if err := im.settle(ctx); err != nil {
		return findings{}, err
	}
	if err := im.check(ctx); err != nil {
		return findings{}, err
	}
	if err := im.tooMany(); err != nil {
		return findings{}, errors.Join(err, im.answerChecked(ctx, l))
	}
	before, err := lastFiles(ctx, l.stage, l.source.Account.ID)
	if err != nil {
		return findings{}, err
	}
	sum, err := im.in.Stage(ctx, intake.StageConfig{Stage: l.stage, Account: l.source.Account, Run: l.run.ID, Keep: im.keeps(), Loaded: im.linked})
	if err != nil {
		return findings{}, err
	}
	if err := im.keepCopies(l.stage, before); err != nil {
		return findings{}, err
	}
	im.printListed(sum)
	staged, err := l.stage.LiveCount(ctx, l.source.Account.ID, sheet.Stream)
	if err != nil {
		return findings{}, err
	}
	im.printCounted(sum.Bins[stage.ListedRecord], staged)
	now := time.Now()
	err = l.stage.PutCertificate(ctx, stage.Certificate{Account: l.source.Account.ID, Stream: sheet.Stream, Proof: stage.ProofOne, AsOf: now,
		StartTotal: sum.Rows, EndTotal: sum.Rows, Pages: len(im.in.Books), Distinct: sum.Bins[stage.ListedRecord], Run: l.run.ID,
		Text: fmt.Sprintf("every row of %s was read to the end", strings.Join(im.in.Names(), ", "))})
	if err != nil {
		return findings{}, err
	}
	im.job.Source.Spec = im.in.SpecOf()
	found := im.heldBack(sum)
	if im.o.extract {
		return found, nil
	}
	l.source.Spec = im.job.Source.Spec
	m := &mapper{login: l.source, app: im.app, job: im.job, stage: l.stage, run: l.run.ID, show: im.o.Show}
	mapped, err := m.transform(ctx)
	return found.and(mapped), err
}

// load plans and loads what was staged, and answers.
func (im *importer) load(ctx context.Context, found findings) error {
	changed, err := im.in.Changed()
	if err != nil {
		return err
	}
	for _, name := range changed {
		im.app.screen.warn("%s was saved again since it was read: what was read is loaded; import it again for the rest", name)
	}
	err = im.app.loadRun(ctx, im.job, found, loadRunOptions{Ask: true, All: im.o.All, Allow: im.o.Allow, After: func(ctx context.Context, l *loader, p stage.Plan) error {
		return l.answerFiles(ctx, p, answering{Copies: im.copies(), Out: im.o.Out})
	}})
	im.closing(err)
	return err
}

// copies are Ferry's own copies of the files, by their hashes: a person may have
// changed a file meanwhile.
func (im *importer) copies() map[string]string {
	out := map[string]string{}
	for _, b := range im.in.Books {
		out[b.File().SHA256] = b.File().Path
	}
	return out
}
