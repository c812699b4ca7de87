package report

import (
	"context"
	"slices"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/internal/plain"
)

// FilesEntry is what became of the photos and attachments of one stream, or of
// the lines that tell where they are.
type FilesEntry struct {
	load.FileCount
	Side  stage.Side
	Proof string             // how complete they were read
	Back  *load.EntryVerdict // what `ferry verify` found of them, all runs together; nil: nothing

	place int // in the plan
}

// How says what is done with the files, as people call it.
func (f *FilesEntry) How() string {
	switch f.Kind {
	case "attach":
		return "attached to " + f.Parent
	case "folder":
		return "in a folder beside the job"
	}
	return "noted in " + f.Parent
}

// Lines tells whether they are lines, which have no size.
func (f *FilesEntry) Lines() bool { return f.Kind == "line" }

// In is how many files are in a bin.
func (f *FilesEntry) In(bin stage.LoadBin) int { return f.Bins[bin].Files }

// There is how many files are where they were to be: put there, or there before.
func (f *FilesEntry) There() int { return f.Done().Files }

// Size is the size of all files as people read it.
func (f *FilesEntry) Size() string { return f.size(f.Bytes) }

// SizeThere is the size of those that are where they were to be.
func (f *FilesEntry) SizeThere() string { return f.size(f.Done().Bytes) }

func (f *FilesEntry) size(n int64) string {
	if f.Lines() {
		return ""
	}
	return connector.Bytes(n)
}

// Adds tells whether every file is in exactly one bin.
func (f *FilesEntry) Adds() bool {
	n := 0
	for _, t := range f.Bins {
		n += t.Files
	}
	return n == f.Files
}

// Checked says what was found when the files were looked at again.
func (f *FilesEntry) Checked() string {
	if f.Back == nil {
		return "not looked at again; ferry verify does that"
	}
	parts := []string{plain.Count(f.Back.Equal) + " as they were sent"}
	for _, p := range []struct {
		n    int
		word string
	}{{f.Back.Different, " not as they were sent"}, {f.Back.Gone, " gone"}, {f.Back.Unchecked, " could not be read"}} {
		if p.n > 0 {
			parts = append(parts, plain.Count(p.n)+p.word)
		}
	}
	return strings.Join(parts, ", ")
}

// good tells whether nothing about the files asks for attention.
func (f *FilesEntry) good() bool {
	return f.Adds() && f.In(stage.LoadUnsure) == 0 && (f.Back == nil || f.Back.Different+f.Back.Gone+f.Back.Unchecked == 0)
}

// gatherFiles counts the files of the plan.
func (r *Report) gatherFiles(ctx context.Context, s *stage.Stage, proofs map[string]string) error {
	counts, err := load.CountFiles(ctx, s, r.Plan)
	if err != nil {
		return err
	}
	n := 0
	for i, e := range r.Plan.Entries {
		if !load.IsFiles(e) {
			continue
		}
		f := &FilesEntry{FileCount: counts[n], Side: e.Side, Proof: proofs[r.Plan.Source+" "+e.Side.Source], place: i}
		if n++; f.Parent == "" { // there are none
			f.Parent = e.Side.Stream
		}
		f.Back = r.verdictsOn(e.Name)
		r.Files = append(r.Files, f)
	}
	if len(r.Plan.Summary) == 0 || r.Plan.Kind != stage.PlanLoad {
		return nil
	}
	sum, err := load.ReadSummary(r.Plan)
	if err != nil {
		return err
	}
	r.FilesLeft = sum.LeftFiles
	for _, e := range sum.Entries {
		if e.Files != nil {
			for _, text := range e.Files.Says {
				r.FilesSaid = append(r.FilesSaid, e.Name+": "+text)
			}
		}
	}
	return nil
}

// FilesLine says of all files in one sentence what became of them; "" where the
// plan holds none.
func (r *Report) FilesLine() string {
	files, there, bytes := 0, 0, int64(0)
	for _, f := range r.Files {
		if !f.Lines() {
			files, there, bytes = files+f.Files, there+f.There(), bytes+f.Bytes
		}
	}
	switch {
	case files == 0 && len(r.FilesLeft) > 0:
		return strings.Join(r.FilesLeft, "; ")
	case files == 0:
		return ""
	case r.Plan.Kind == stage.PlanUndo:
		back := 0
		for _, f := range r.Files {
			if !f.Lines() {
				back += f.In(stage.LoadDeleted)
			}
		}
		return plain.Count(back) + " of " + plain.Count(files) + " taken away again"
	}
	text := plain.Count(there) + " of " + plain.Count(files) + " (" + connector.Bytes(bytes) + ") " + isAre(there, "is", "are") + " where they were to be"
	if n := files - there; n > 0 {
		text += "; " + plain.Count(n) + " " + isAre(n, "is", "are") + " not, each with its reason"
	}
	for _, left := range r.FilesLeft {
		text += "; " + left
	}
	return text
}

// filesColumns are the bins of files that the report shows.
func filesColumns(r *Report) (used []binColumn) {
	for _, c := range binColumns {
		usual := r.Plan.Kind != stage.PlanUndo && (c.bin == stage.LoadCreated || c.bin == stage.LoadUnchanged || c.bin == stage.LoadRejected || c.bin == stage.LoadHeld)
		if usual || slices.ContainsFunc(r.Files, func(f *FilesEntry) bool { return f.In(c.bin) > 0 }) {
			used = append(used, binColumn{c.bin, c.name})
		}
	}
	return used
}
