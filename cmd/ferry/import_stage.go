package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"ferry/cmd/ferry/internal/job"
	"ferry/extract"
	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/sheet"
	"ferry/extract/stage"
)

// withStage opens the stage of the import and a line to its target, reads the
// lists that the fields name, and closes both with the run's end written.
func (im *importer) withStage(ctx context.Context, work func(l *loader) error) error {
	return im.withLoader(ctx, im.job.Stage, func(l *loader) error {
		if err := im.know(ctx, l); err != nil {
			return err
		}
		im.linked = l.linked(ctx)
		return work(l)
	})
}

// withLists reads the lists of the account into a stage that is thrown away: a
// check leaves none. Work gets no loader where the account cannot be asked.
func (im *importer) withLists(ctx context.Context, work func(context.Context, *loader) error) (err error) {
	dir, err := os.MkdirTemp("", "ferry-check-*")
	if err != nil {
		return failure(fmt.Errorf("no place for the lists of the account: %w", err), "set TMPDIR to a folder that can be written")
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	known := false
	err = im.withLoader(ctx, filepath.Join(dir, "lists.stage"), func(l *loader) error {
		if err := im.know(ctx, l); err != nil {
			return err
		}
		known = true
		return work(ctx, l)
	})
	if known || !im.unreachable(ctx, err) {
		return err
	}
	im.app.screen.warn("the account could not be asked (%v): its custom fields and lists are not checked", err)
	im.offline, im.lists = true, nil
	return work(ctx, nil)
}

// unreachable tells whether an account could not be asked at all: no answer came.
// What it answered, such as that the key is wrong, stays an error.
func (im *importer) unreachable(ctx context.Context, err error) bool {
	class := api.ClassOf(err)
	return err != nil && ctx.Err() == nil && (class == connector.Retryable || class == "" && isNet(err))
}

func isNet(err error) bool {
	_, is := errors.AsType[net.Error](err)
	return is
}

// know reads what the fields' lists hold.
func (im *importer) know(ctx context.Context, l *loader) (err error) {
	streams, err := im.streams()
	if err != nil {
		return err
	}
	im.lists, err = l.readLists(ctx, streams, false)
	return err
}

// streams are the streams of the target that rows go into.
func (im *importer) streams() ([]string, error) {
	if im.proposes() {
		return []string{im.to.stream}, nil
	}
	return writtenStreams(im.job)
}

// withLoader opens a stage and a line to the target for one command.
func (im *importer) withLoader(ctx context.Context, path string, work func(l *loader) error) (err error) {
	a, j := im.app, *im.job
	j.Stage = path
	a.pace.quicken(&j)
	l := &loader{app: a, job: &j, source: sheetLogin(j.Source.Login), brief: true}
	target, err := openLogin(j.Target.Login)
	if err != nil {
		return err
	}
	if l.stage, err = openStage(ctx, &j, l.source.Account, "import", stageWrite); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.stage.Close()) }()
	if err := l.stage.BindAccount(ctx, targetRole, target.Account); err != nil {
		return err
	}
	if l.line, err = a.dial(ctx, j.Target.Login, job.DefaultConnections, job.DefaultMaxBody, l.heard); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.line.Close()) }()
	l.run = stage.Run{Command: "import", Version: readVersion(), Started: time.Now().UTC()}
	if l.run.ID, err = l.stage.StartRun(ctx, l.run); err != nil {
		return err
	}
	err = work(l)
	v := judge(ctx, err)
	l.run.Ended, l.run.Exit, l.run.Text = time.Now().UTC(), int(v.Code), v.Text
	l.run.Requests, l.run.ResumeAt = int(l.line.Client.Requests()), v.ResumeAt
	return errors.Join(err, l.stage.EndRun(context.WithoutCancel(ctx), l.run))
}

// importID tells the imports of one job into one account from all others; what
// follows it in a stamp is the listing.
func importID(j *job.Job, target string) string {
	h := xxhash.New()
	for _, text := range []string{j.Name, target} {
		_, _ = h.WriteString(text + "\x00") // never fails
	}
	return hex.EncodeToString(h.Sum(nil))
}

// importOf tells whether an answered file says that this job answered it.
func importOf(j *job.Job, target, id string) bool {
	return strings.HasPrefix(id, importID(j, target)+"-")
}

// own tells whether an import of this job into this account gave a stamp; nil where
// the account is not known.
func (im *importer) own() func(id string) bool {
	account, err := openLogin(im.job.Target.Login)
	if err != nil || im.offline {
		return nil
	}
	return func(id string) bool { return importOf(im.job, account.Account.ID, id) }
}

// keeps tells which records stay though the file lists them no more: of a file that
// was answered, those that are done. People take them out when they mend the rest.
func (im *importer) keeps() func(record.Key) bool {
	if !im.in.Own {
		return nil
	}
	return im.linked
}

// linked tells which rows have a record in the target. In doubt one has: nothing is
// lost by that.
func (l *loader) linked(ctx context.Context) func(record.Key) bool {
	sides, err := l.stage.Sides(ctx)
	return func(key record.Key) bool {
		for _, side := range sides {
			if side.Account != l.source.Account.ID || side.Source != sheet.Stream {
				continue
			}
			if _, ok, err := l.stage.Link(ctx, side, key); err != nil || ok {
				return true
			}
		}
		return err != nil
	}
}

// tooMany stops where no row could be loaded, or more are wrong than the job
// allows.
func (im *importer) tooMany() error {
	c, bound := im.checked, im.job.Target.MaxFailures
	all := c.Good + c.Bad
	share := bound.Share > 0 && float64(c.Bad) > bound.Share*float64(all)
	number := bound.Count > 0 && c.Bad > bound.Count
	switch {
	case c.Wrong():
		return &exitError{Code: exitRejected, Err: fmt.Errorf("every row has a mistake: nothing is loaded"), Hint: "the answered file says what is wrong in each; mend it and import it again"}
	case share || number:
		return failure(fmt.Errorf("%s of %s have a mistake, more than max_failures allows: nothing is loaded", count(c.Bad), plural(all, "row")),
			"mend them and import the answered file, or raise max_failures in "+relative(im.job.Path))
	}
	return nil
}

// heldBack says how many rows were held back.
func (im *importer) heldBack(sum extract.RowsSummary) findings {
	var f findings
	if n := sum.Bins[string(sheet.Held)]; n > 0 {
		f = f.add(exitRejected, plural(n, "row")+" held back", "the answered file that comes with the load says what to do in each; mend it and import that file")
	}
	return f
}
