package extract

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/cespare/xxhash/v2"

	"ferry/extract/record"
	"ferry/extract/sheet"
	"ferry/extract/stage"
)

// goneMarks are records that are to say that no row lists them any more.
type goneMarks struct {
	body    []byte
	entries []stage.Entry
	pages   int
	done    int
	spared  int
	keyless int // rows that are held and have no key: each may be one of those that are gone
}

// goneFirst numbers the pages of such records above those of rows.
const goneFirst = 1 << 30

// begin looks for rows that may be anybody's. While there are some, no record is
// taken for one that is gone: it may be theirs.
func (f *rowFinisher) begin(ctx context.Context) error {
	if f.cfg.Missing == "" {
		return nil
	}
	return f.cfg.Stage.EachListed(ctx, f.listing, func(_ int, rows []stage.ListedRow) error {
		for i := range rows {
			if rows[i].Bin == string(sheet.Held) && rows[i].Key == "" {
				f.marks.keyless++
			}
		}
		return ctx.Err()
	})
}

// mark has the record of a key say that it is gone. One that says so already stays.
func (f *rowFinisher) mark(ctx context.Context, key record.Key) error {
	m := &f.marks
	if m.keyless > 0 {
		m.spared++
		return ctx.Err()
	}
	raw, ok, err := f.cfg.Stage.Row(ctx, f.cfg.Account.ID, f.cfg.Stream, key)
	if err != nil || !ok {
		return err
	}
	member, err := json.Marshal(map[string]string{f.cfg.Missing: GoneWord})
	if err != nil {
		return fmt.Errorf("mark %s: %w", f.cfg.Missing, err)
	}
	if m.done++; bytes.HasSuffix(raw, member[1:]) {
		return ctx.Err()
	}
	from := len(m.body)
	m.body = append(m.body, bytes.TrimSuffix(raw, []byte("}"))...)
	if len(raw) > len("{}") {
		m.body = append(m.body, ',')
	}
	m.body = append(m.body, member[1:]...)
	marked := m.body[from:]
	m.entries = append(m.entries, stage.Entry{Key: key, Offset: from, Length: len(marked), Hash: xxhash.Sum64(marked)})
	if len(m.entries) < pageRows {
		return ctx.Err()
	}
	return f.putMarks(ctx)
}

// putMarks stages the records that were gathered.
func (f *rowFinisher) putMarks(ctx context.Context) error {
	m := &f.marks
	if len(m.entries) == 0 {
		return ctx.Err()
	}
	ref := stage.PageRef{Sweep: f.listing.Sweep, Number: goneFirst + m.pages, Step: goneFirst + m.pages}
	_, err := f.cfg.Stage.PutPage(ctx, stage.PageWrite{PageInfo: stage.PageInfo{PageRef: ref, ReadAt: time.Now(), Total: -1},
		Run: f.cfg.Run, Body: m.body, Entries: m.entries})
	m.pages++
	m.body, m.entries = m.body[:0], m.entries[:0]
	return err
}
