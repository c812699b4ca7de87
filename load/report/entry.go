package report

import (
	"context"
	"encoding/binary"
	"errors"

	"github.com/cespare/xxhash/v2"
	"github.com/valyala/fastjson"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/internal/plain"
	"ferry/load/internal/shelf"
)

// entryReader reads the records of one entry. What it holds in memory is some
// bytes a record; texts wait on shelves.
type entryReader struct {
	ctx     context.Context
	cfg     *load.Config
	report  *Report
	entry   *Entry
	place   int // of the entry in the plan
	gen     *stage.Generation
	rules   *load.Rules       // nil: the mapping has no such entry any more
	stream  *connector.Stream // of the target; nil: the spec has none
	compare *load.Comparer

	bins    map[uint64]stage.LoadBin // hash of the source key -> where it is
	targets map[uint64]uint8         // hash of the target key -> how it was looked at
	links   *shelf.Shelf             // target keys -> source keys, and back
	sent    *shelf.Shelf             // source key -> what was written last
	numbers *shelf.Shelf             // source and target keys -> numbers for people
	labels  *shelf.Shelf             // keys of what was not loaded -> names
	tally   *tally
	best    []sampled
	differs func(Difference) error
	wrote   map[uint64]int64 // hash of the source key -> run that wrote it last
	checked int              // of them, read by the last verification of that run
	secrets map[string]bool  // of the target stream, by dotted path
	plain   plain.Reader
	parser  fastjson.Parser
}

// How a target record was looked at.
const (
	expected uint8 = iota
	readBack
	answered
	gone
)

func hashOf(key record.Key) uint64 { return xxhash.Sum64String(string(key)) }

// readEntry counts an entry's records, and compares and samples them.
func (w *writer) readEntry(number int) (r *entryReader, err error) {
	e := w.report.Entries[number]
	r = &entryReader{ctx: w.ctx, cfg: &w.cfg, report: w.report, entry: e, place: e.place, gen: w.gen, differs: w.difference,
		bins: map[uint64]stage.LoadBin{}, targets: map[uint64]uint8{}, wrote: map[uint64]int64{}}
	if e.rules >= 0 {
		r.rules = &w.cfg.Rules[e.rules]
	}
	if w.cfg.Vendor != nil {
		r.stream, _ = w.cfg.Vendor.Stream(e.Side.Stream) // nil where the spec has none, which is looked at
	}
	by := countedOf(r.rules, r.stream)
	e.Unseen, r.secrets = by.unseen, secretsOf(r.stream)
	r.tally = newTally(by)
	if r.stream != nil {
		r.compare = load.NewComparer(r.stream, r.rules).In(w.cfg.Zone)
	}
	for _, to := range []**shelf.Shelf{&r.links, &r.sent, &r.numbers, &r.labels} {
		if *to, err = shelf.New(); err != nil {
			return r, err
		}
	}
	for _, do := range []func() error{r.readBins, r.readLinks, r.readSource, r.readMapped, r.readWritten, r.readTarget, r.readAnswers, r.fromVerdict, r.makeSamples} {
		if err := do(); err != nil {
			return r, err
		}
	}
	e.Tables, e.Odd = r.tally.tables(e.Read.Merged > 0), r.tally.odd
	return r, nil
}

func (r *entryReader) close() error {
	var errs []error
	for _, s := range []*shelf.Shelf{r.links, r.sent, r.numbers, r.labels} {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	return errors.Join(errs...)
}

func (r *entryReader) readBins() error {
	return r.cfg.Stage.Items(r.ctx, r.report.Plan.ID, r.place, stage.ItemQuery{}, func(it *stage.Item) error {
		r.bins[hashOf(it.Key)] = r.report.binOf(r.entry.Side, it)
		return nil
	})
}

// loaded tells whether the target has the record.
func (r *entryReader) loaded(key record.Key) bool {
	switch bin, ok := r.bins[hashOf(key)]; bin {
	case stage.LoadCreated, stage.LoadUpdated, stage.LoadUnchanged:
		return ok
	}
	return false
}

// readLinks finds the target records that there should be.
func (r *entryReader) readLinks() error {
	return r.cfg.Stage.Links(r.ctx, r.entry.Side, func(l *stage.Link) error {
		if !r.loaded(l.Key) {
			return nil
		}
		hash := hashOf(l.Target)
		if _, twice := r.targets[hash]; twice {
			r.entry.Read.Merged++
			return nil
		}
		r.targets[hash] = expected
		if err := r.links.Put("s"+string(l.Key), []byte(l.Target)); err != nil {
			return err
		}
		return r.links.Put("t"+string(l.Target), []byte(l.Key))
	})
}

// readSource keeps the numbers that people know source records by.
func (r *entryReader) readSource() error {
	return r.chunks(r.report.Plan.Source, r.entry.Side.Source, func(rec *record.Staged) error {
		if number := r.plain.Number(rec.Raw); number != "" {
			return r.numbers.Put("s"+string(rec.Key), []byte(number))
		}
		return nil
	})
}

// chunks calls fn for every record of a stream, tombstones included.
func (r *entryReader) chunks(account, stream string, fn func(*record.Staged) error) error {
	dec := stage.NewDecoder()
	return r.cfg.Stage.Chunks(r.ctx, account, stream, func(c *stage.Chunk) error {
		all, err := c.Decode(dec)
		if err != nil {
			return err
		}
		for i := range all {
			if err := fn(&all[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// readMapped counts what the mapping made.
func (r *entryReader) readMapped() error {
	if !r.entry.Known {
		return nil
	}
	e, _ := r.gen.Entry(r.entry.Name)
	q := stage.MappedQuery{Bins: []stage.Bin{stage.BinMapped}}
	return r.cfg.Stage.Mapped(r.ctx, r.gen, e, q, func(row *stage.MappedRow) error {
		loaded := r.loaded(row.Key)
		if !loaded {
			if err := r.labels.Put(string(row.Key), []byte(r.plain.Label(row.JSON))); err != nil {
				return err
			}
		} else {
			r.consider(row)
		}
		v, err := r.parser.ParseBytes(row.JSON)
		if err != nil {
			return err
		}
		r.tally.source(v, loaded)
		return nil
	})
}

// readWritten keeps what was written last of the records that are loaded.
func (r *entryReader) readWritten() error {
	return r.cfg.Stage.EachWritten(r.ctx, r.entry.Side, func(w *stage.Written) error {
		if !r.loaded(w.Key) {
			return nil
		}
		r.wrote[hashOf(w.Key)] = w.Run
		if r.verified(w) {
			r.checked++
		}
		return r.sent.Put(string(w.Key), packWritten(w))
	})
}

// packWritten is the moment, the length of what was sent, what was sent, and
// what came back.
func packWritten(w *stage.Written) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(w.At.UnixMicro()))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(w.Sent)))
	return append(append(b, w.Sent...), w.Back...)
}

func unpackWritten(b []byte) (at int64, sent, back []byte) {
	n := binary.LittleEndian.Uint32(b[8:])
	return int64(binary.LittleEndian.Uint64(b)), b[12 : 12+n], b[12+n:]
}
