package report

import (
	"bufio"
	_ "embed"
	"errors"
	"html/template"
	"os"
	"path/filepath"
	"strings"

	"ferry/extract/stage"
	"ferry/load/internal/plain"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"n":        plain.Count,
	"moment":   moment,
	"share":    share,
	"sum":      func(a, b int) int { return a + b },
	"columns":  usedColumns,
	"filebins": filesColumns,
	"bin":      func(b *Bins, bin stage.LoadBin) int { return b.Load[bin] },
	"short":    shortHash,
	"groups":   groupsOf,
	"words":    func(text string) string { return strings.ReplaceAll(text, "`", "") }, // commands are marked for terminals
	"line":     func(t Table, l Line) tableLine { return tableLine{t, l} },
}).Parse(pageText))

// page writes report.html.
func (w *writer) page(path string) (err error) {
	out, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".part-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = out.Close()
			_ = os.Remove(out.Name())
		}
	}()
	buf := bufio.NewWriter(out)
	if err := pageTemplate.Execute(buf, w.report); err != nil {
		return err
	}
	if err := errors.Join(buf.Flush(), out.Sync(), out.Close()); err != nil {
		return err
	}
	return os.Rename(out.Name(), path)
}

// share is a part of a whole in percent, as a width; what is there is seen.
func share(part, whole int) float64 {
	if whole == 0 || part == 0 {
		return 0
	}
	return max(float64(int(1000*float64(part)/float64(whole)))/10, 0.4)
}

// binColumn is a column of the table of bins.
type binColumn struct {
	Bin  stage.LoadBin
	Name string
}

// usedColumns are the bins that the table shows: the usual ones, and those that
// hold records.
func usedColumns(r *Report) (used []binColumn) {
	for _, c := range binColumns {
		undo := c.bin == stage.LoadDeleted || c.bin == stage.LoadRestored
		if undo == (r.Plan.Kind == stage.PlanUndo) && (c.bin != stage.LoadUnsure && c.bin != stage.LoadWaiting) || r.Sum.Load[c.bin] > 0 {
			used = append(used, binColumn{c.bin, c.name})
		}
	}
	return used
}

// tableLine is a line with the table it stands in.
type tableLine struct {
	Table Table
	Line  Line
}

// barPart is a part of the bar under the summary.
type barPart struct {
	Class, Name string
	N           int
}

// groupsOf are the parts of the bar, those without records left out.
func groupsOf(r *Report) []barPart {
	s := &r.Sum
	parts := []barPart{
		{"created", "created", s.Load[stage.LoadCreated]}, {"updated", "updated", s.Load[stage.LoadUpdated]}, {"unchanged", "there already", s.Load[stage.LoadUnchanged]},
		{"deleted", "deleted", s.Load[stage.LoadDeleted]}, {"restored", "restored", s.Load[stage.LoadRestored]},
		{"rejected", "rejected", s.Load[stage.LoadRejected]}, {"held", "held", s.Load[stage.LoadHeld]},
		{"unsure", "unsure", s.Load[stage.LoadUnsure]}, {"waiting", "not sent yet", s.Load[stage.LoadWaiting]},
		{"dead", "dead letters", s.Mapping.Dead + s.Mapping.Held}, {"skipped", "left out by the mapping", s.Mapping.Skipped},
	}
	used := parts[:0]
	for _, p := range parts {
		if p.N > 0 {
			used = append(used, p)
		}
	}
	return used
}
