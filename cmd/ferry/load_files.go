package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"ferry/extract/stage"
	"ferry/load"
)

// files says what becomes of photos and attachments: those that are not attached
// go to a folder beside the job file, <job>.files. The stage keeps what it read in
// <stage>.files, which nobody but Ferry may write to: one folder cannot be both.
func (l *loader) files() (load.Files, error) {
	t := l.job.Target
	f := load.Files{Mode: load.FilesMode(t.Files), Folder: filepath.Join(filepath.Dir(l.job.Path), l.job.Name+".files"),
		Source: l.source.Spec, Details: l.job.Source.Details, Dry: l.app.flags.DryRun}
	if t.FilesAt != nil {
		f.At = load.FilesAt(*t.FilesAt)
	}
	own, err := filepath.Abs(l.stage.FilesDir())
	if err != nil {
		return f, err
	}
	if strings.EqualFold(filepath.Clean(own), filepath.Clean(f.Folder)) && l.readsFiles() {
		return f, usageError(fmt.Sprintf("photos and attachments would go to %s, where the stage keeps those that it read", relative(f.Folder)),
			fmt.Sprintf("give the stage another name, such as stage: ./%s.stage", l.job.Name))
	}
	return f, nil
}

// readsFiles tells whether the job reads any files.
func (l *loader) readsFiles() bool {
	return slices.ContainsFunc(l.job.Source.Details, func(name string) bool {
		st, err := l.source.Spec.Stream(name)
		return err == nil && len(st.Contents()) > 0
	})
}

// files prints what becomes of the photos and attachments of an entry.
func (pp *planPrinter) files(ctx context.Context, n int) error {
	s, e := pp.app.screen, &pp.sum.Entries[n]
	switch f := e.Files; f.Kind {
	case "attach":
		s.value("  %s: attached to %s\n", plural(e.Records, "file"), f.Parent)
	case "folder":
		s.value("  %s of %s: to the folder %s\n", plural(e.Records, "file"), f.Parent, relative(pp.cfg.Files.Folder))
	default:
		s.value("  %s in %s that say where the files are\n", plural(e.Records, "line"), e.Stream)
	}
	for _, text := range e.Files.Says {
		s.value("  %s\n", text)
	}
	for _, action := range []stage.Action{stage.ActCreate, stage.ActUpdate} {
		if err := pp.someFiles(ctx, n, action); err != nil {
			return err
		}
	}
	if len(e.Dropped) > 0 {
		s.value("  not carried over: %s\n", fieldCounts(e.Dropped))
	}
	return pp.keptBack(ctx, n, &rowWords{})
}

// someFiles shows the first files of an action: name or path, size, and the
// record that each belongs to.
func (pp *planPrinter) someFiles(ctx context.Context, n int, action stage.Action) error {
	items, err := pp.examples(ctx, n, action)
	if err != nil {
		return err
	}
	for _, item := range items {
		note, err := noteOf(item)
		if err != nil {
			return err
		}
		f := note.File
		switch {
		case f == nil:
		case pp.sum.Entries[n].Files.Kind == "line":
			pp.app.screen.value("    %s  %s\n", f.Belongs(), f.Title())
		default:
			pp.app.screen.value("    %s  %s  %s\n", f.Belongs(), f.Title(), byteSize(f.Bytes))
		}
	}
	return nil
}

// holdsFiles tells whether an entry of a plan holds files or lines.
func holdsFiles(p stage.Plan, name string) bool {
	return slices.ContainsFunc(p.Entries, func(e stage.PlanEntry) bool { return e.Name == name && load.IsFiles(e) })
}

// filesHead is the head of a table of files beside one of records.
func filesHead(head []string) []string {
	return append([]string{"photos and attachments", ">number"}, head[2:]...)
}

// sizeOf is the size of what a plan attaches or writes of an entry; lines have
// none.
func sizeOf(f *load.FilesSummary) string {
	if f.Kind == "line" {
		return ""
	}
	return byteSize(f.Bytes)
}

// filesOf counts the files and lines that a plan does something with.
func filesOf(sum load.Summary, action stage.Action) (n int) {
	for _, e := range sum.Entries {
		if e.Files != nil {
			n += e.Actions[action.String()]
		}
	}
	return n
}

// sorts tells how many of n items are records, and how many files or lines.
func sorts(sum load.Summary, action stage.Action, n int) string {
	switch files := filesOf(sum, action); files {
	case 0:
		return plural(n, "record")
	case n:
		return filesText(files)
	default:
		return plural(n-files, "record") + " and " + filesText(files)
	}
}

// writesText tells how many records, and files or lines, a plan writes.
func writesText(sum load.Summary) string {
	records := changesOf(sum) - filesOf(sum, stage.ActCreate) - filesOf(sum, stage.ActUpdate)
	if files := changesOf(sum) - records; files > 0 {
		return plural(records, "record") + " and " + filesText(files)
	}
	return plural(records, "record")
}

func filesText(n int) string {
	if n == 1 {
		return "1 file or line"
	}
	return count(n) + " files or lines"
}
