package intake

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"ferry/extract"
	"ferry/extract/record"
	"ferry/extract/sheet"
	"ferry/extract/stage"
)

// Info is what a listing keeps of the files it was made from.
type Info struct {
	Files []FileInfo `json:"files"`
}

// FileInfo is a file as it was read.
type FileInfo struct {
	Name   string        `json:"name"` // as the person knows it
	Path   string        `json:"path"` // where it was; "" not kept
	SHA256 string        `json:"sha256"`
	Recipe *sheet.Recipe `json:"recipe"`
	Mark   *sheet.Mark   `json:"mark,omitempty"`
	// Places says of sheets that have the columns in another order than the recipe
	// where each column of it stands: sheet.Row.Places.
	Places map[string][]int `json:"places,omitempty"`
}

// PlaceOn is where a column of the recipe stands on a sheet, from 1; 0 it does not.
func (f *FileInfo) PlaceOn(sheet string, column int) int {
	if places := f.Places[sheet]; column < len(places) {
		return places[column]
	}
	return f.Recipe.Columns[column].Place
}

// HeaderAt gives the header of the column that stands at a place of a sheet, from 1;
// "" there is none.
func (f *FileInfo) HeaderAt(sheet string, place int) string {
	for n := range f.Recipe.Columns {
		if place > 0 && f.PlaceOn(sheet, n) == place {
			return cmp.Or(f.Recipe.Columns[n].Header, f.Recipe.Columns[n].Name)
		}
	}
	return ""
}

// ReadInfo reads what a listing keeps.
func ReadInfo(l stage.Listing) (Info, error) {
	var info Info
	if err := json.Unmarshal(l.Info, &info); err != nil {
		return info, fmt.Errorf("what is kept of the files: %w", err)
	}
	for n := range info.Files {
		if info.Files[n].Recipe == nil {
			return info, fmt.Errorf("what is kept of the files: nothing of %s", info.Files[n].Name)
		}
	}
	return info, nil
}

// Info gives what is to be kept of the files, once they were checked.
func (i *Import) Info() Info {
	var info Info
	for n, b := range i.Books {
		path := i.Paths[n]
		if whole, err := filepath.Abs(path); err == nil { // whoever looks later may stand in another folder
			path = whole
		}
		f := FileInfo{Name: b.File().Name, Path: path, SHA256: b.File().SHA256, Recipe: &i.Layouts[n].Recipe, Mark: i.Layouts[n].Mark}
		if n < len(i.places) {
			f.Places = i.places[n]
		}
		info.Files = append(info.Files, f)
	}
	return info
}

// StageConfig says where the rows are staged.
type StageConfig struct {
	Stage   *stage.Stage
	Account record.Account
	Run     int64
	Keep    func(key record.Key) bool // see extract.RowsConfig
	Loaded  func(key record.Key) bool // see extract.RowsConfig, where Config.Missing is set
}

// Stage stages the rows that the check found nothing wrong with, and lists the
// others with the reasons.
func (i *Import) Stage(ctx context.Context, cfg StageConfig) (extract.RowsSummary, error) {
	info, err := json.Marshal(i.Info())
	if err != nil {
		return extract.RowsSummary{}, fmt.Errorf("what is kept of the files: %w", err)
	}
	missing := ""
	if i.cfg.Missing {
		missing = MissingColumn
	}
	sum, err := extract.StageRows(ctx, extract.RowsConfig{
		Missing: missing, Loaded: cfg.Loaded,
		Stage: cfg.Stage, Account: cfg.Account, Stream: sheet.Stream, Run: cfg.Run, Print: i.print(info), Info: info,
		Names: i.Names(), Recipes: i.Recipes(), Rows: i.EachRow, Keep: cfg.Keep,
		Report: func(rows int) { i.report(Event{Step: StepStage, Rows: rows}) },
	})
	if err != nil {
		return sum, err
	}
	return sum, i.keepKey()
}

// The question by what a row is recognised, and the answer that it is by its cells.
const (
	keyID = "key"
	noKey = "none"
)

// keepKey keeps by what rows are recognised, whoever has decided it: in the next
// file it must be the same, or every row would count as new.
func (i *Import) keepKey() error {
	if _, decided := i.Answers.Answers[keyID]; decided {
		return nil
	}
	key := strings.Join(i.Layouts[0].Recipe.Key, ",")
	if key == "" {
		key = noKey
	}
	i.Answers.Answers[keyID] = key
	return i.Save()
}

// print is equal where the same files are read in the same way by the same mapping.
func (i *Import) print(info []byte) string {
	h := sha256.New()
	_, _ = h.Write(info) // never fails
	for _, s := range i.Program.Streams() {
		fmt.Fprintln(h, s.Name(), s.Hash())
	}
	return hex.EncodeToString(h.Sum(nil))
}
