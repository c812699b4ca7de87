package extract

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/cespare/xxhash/v2"

	"ferry/extract/record"
	"ferry/extract/sheet"
	"ferry/extract/stage"
)

// RowsConfig is one reading of the files of a source.
type RowsConfig struct {
	Stage   *stage.Stage
	Account record.Account
	Stream  string
	Run     int64
	Print   string          // of the files and of how they are read: a reading that was stopped is gone on with where it is equal
	Info    json.RawMessage // kept with the listing
	Names   []string        // of the files, for people
	Recipes []*sheet.Recipe // of each file
	// Rows gives every row of every file, in one and the same order each time, with
	// what is wrong in its cells: a row with more than warnings is held. Its error
	// ends the reading; what was listed before stays.
	Rows func(ctx context.Context, put func(file int, r *sheet.Row, cells []stage.ListedCell) error) error
	// Keep tells the records that stay though no row lists them, as in an answered
	// file from which people took the rows that are done; nil: none does.
	Keep func(key record.Key) bool
	// Missing is the column in which the record of a row that is no longer listed
	// says so (GoneWord), where Loaded tells that it is in the target: the mapping
	// acts on it. "": such records are forgotten like any other.
	Missing string
	// Loaded tells that the record of a row is in the target; nil: that is not known,
	// and Missing must be "".
	Loaded func(key record.Key) bool
	Report func(rows int) // nil: nobody wants to know

	atOnce  int // keys that are held in memory at once; 0: keysAtOnce
	perPage int // rows that are committed together; 0: pageRows
}

// RowsSummary is what a reading of files came to. It is kept with the listing.
type RowsSummary struct {
	Since     time.Time      `json:"since,omitzero"` // of the reading it is compared with; zero: this is the first
	Rows      int            `json:"rows"`
	Bins      map[string]int `json:"bins"`            // by sheet.Bin; the sum is Rows
	Rules     map[string]int `json:"rules,omitempty"` // by why rows are no records
	New       int            `json:"new"`
	Again     int            `json:"again,omitempty"` // of the new ones: in the target already, by a reading before that one
	Changed   int            `json:"changed"`
	Unchanged int            `json:"unchanged"`
	Missing   int            `json:"missing"`           // rows of the reading before that are no longer listed
	Marked    int            `json:"marked,omitempty"`  // records that say so now, see RowsConfig.Missing
	Spared    int            `json:"spared,omitempty"`  // records left as they are: rows without a key may be theirs
	Gone      []GoneRow      `json:"gone,omitempty"`    // the first of them
	Listing   int64          `json:"listing,omitempty"` // stage.Listing.ID
}

// GoneRow is a row that is no longer listed, by its place in the file before.
type GoneRow struct {
	File   int        `json:"file,omitempty"`
	Sheet  string     `json:"sheet,omitempty"`
	Number int        `json:"row"`
	Key    record.Key `json:"key"`
}

const (
	pageRows = 1000 // of a file that are committed together
	mostGone = 1000 // rows no longer listed that are named

	keysAtOnce = 1 << 20
)

// GoneWord is what the record of a row that is no longer listed has in
// RowsConfig.Missing.
const GoneWord = "yes"

// Why a row with a key is no record, beside the rules of the sheet.
const (
	RuleCells  = "cells"  // a cell of it does not fit
	RuleDouble = "double" // another row has its key
	RuleLoaded = "loaded" // it is in the target already, as its stamp says

	RuleRagged = "ragged" // it has no key: it has too few or too many cells
)

// StageRows stages the rows of files as records: some rows a commit, then what the
// files no longer list is forgotten, then the listing is ended. It may be stopped
// at any point: the same files go on where they were, and until the end the
// listing before is the one that counts.
//
// No two rows are taken for one record: of rows with one key that say the same the
// first is staged, of others none.
func StageRows(ctx context.Context, cfg RowsConfig) (RowsSummary, error) {
	l, err := cfg.Stage.StartListing(ctx, stage.Listing{Account: cfg.Account.ID, Stream: cfg.Stream, Run: cfg.Run,
		Print: cfg.Print, Info: cfg.Info, Started: time.Now()})
	if err != nil {
		return RowsSummary{}, err
	}
	l.Info = cfg.Info
	w := &rowWriter{cfg: cfg, listing: l}
	if err := cfg.Rows(ctx, func(file int, r *sheet.Row, cells []stage.ListedCell) error { return w.put(ctx, file, r, cells) }); err != nil {
		return RowsSummary{}, err
	}
	if err := w.flush(ctx); err != nil {
		return RowsSummary{}, err
	}
	f := &rowFinisher{cfg: cfg, listing: l, parts: cfg.parts(w.keys)}
	if err := f.holdDoubles(ctx); err != nil {
		return RowsSummary{}, err
	}
	if err := f.forget(ctx); err != nil {
		return RowsSummary{}, err
	}
	if err := f.compare(ctx); err != nil {
		return RowsSummary{}, err
	}
	f.sum.Listing = l.ID
	if l.Summary, err = json.Marshal(f.sum); err != nil {
		return RowsSummary{}, fmt.Errorf("summary of the rows: %w", err)
	}
	if err := cfg.Stage.EndListing(ctx, l); err != nil {
		return RowsSummary{}, err
	}
	_, err = cfg.Stage.Repack(ctx)
	return f.sum, err
}

// parts is in how many parts so many keys are gone through.
func (c *RowsConfig) parts(keys int) uint64 {
	return uint64(keys/cmp.Or(c.atOnce, keysAtOnce) + 1)
}

// rowWriter gathers rows into pages.
type rowWriter struct {
	cfg     RowsConfig
	listing stage.Listing
	page    stage.ListedPage
	rows    int // in all
	keys    int
}

func (w *rowWriter) put(ctx context.Context, file int, r *sheet.Row, cells []stage.ListedCell) error {
	if file < 0 || file >= len(w.cfg.Recipes) {
		return fmt.Errorf("extract: row of file %d of %d", file, len(w.cfg.Recipes))
	}
	row := ListedRow(file, r, cells)
	if row.Key != "" {
		w.keys++
	}
	w.rows++
	w.page.Rows = append(w.page.Rows, row)
	if row.Bin == stage.ListedRecord && w.page.Number >= w.listing.Pages {
		from := len(w.page.Body)
		w.page.Body = sheet.AppendJSON(w.page.Body, w.cfg.Recipes[file], r)
		raw := w.page.Body[from:]
		w.page.Entries = append(w.page.Entries, stage.Entry{Key: row.Key, Offset: from, Length: len(raw), Hash: xxhash.Sum64(raw)})
		w.page.Body = append(w.page.Body, '\n')
	}
	if len(w.page.Rows) < cmp.Or(w.cfg.perPage, pageRows) {
		return nil
	}
	return w.flush(ctx)
}

// flush puts the page that was gathered, unless a reading before this one did.
func (w *rowWriter) flush(ctx context.Context) error {
	if len(w.page.Rows) == 0 {
		return ctx.Err()
	}
	if w.page.Number >= w.listing.Pages {
		w.page.ReadAt = time.Now()
		if _, err := w.cfg.Stage.PutListed(ctx, w.listing, w.page); err != nil {
			return err
		}
	}
	clear(w.page.Rows)
	w.page = stage.ListedPage{Number: w.page.Number + 1, Rows: w.page.Rows[:0], Body: w.page.Body[:0], Entries: w.page.Entries[:0]}
	if w.cfg.Report != nil {
		w.cfg.Report(w.rows)
	}
	return ctx.Err()
}

// ListedRow is a row as its listing keeps it.
func ListedRow(file int, r *sheet.Row, cells []stage.ListedCell) stage.ListedRow {
	row := stage.ListedRow{File: file, Sheet: r.Sheet, Number: r.Number, Bin: string(r.Bin), Cells: cells}
	switch r.Bin {
	case sheet.Record:
		row.Key, row.Hash = record.Key(r.Key), r.Hash
		for _, c := range cells {
			if !c.Warn {
				row.Bin, row.Rule = string(sheet.Held), RuleCells
			}
		}
	case sheet.Held:
		row.Key, row.Hash, row.Why, row.Do = record.Key(r.Key), r.Hash, r.Why, r.Do
		if r.Ragged {
			row.Rule = RuleRagged
		}
	case sheet.SkippedRow:
		row.Rule = r.Why
		if r.Stamp != nil {
			row.Key, row.Hash = record.Key(r.Stamp.Key), r.Stamp.Hash
		}
	}
	return row
}
