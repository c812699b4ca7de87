package report

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load/internal/plain"
)

// samples is how many records of a stream are shown side by side.
const samples = 3

// sampled is a record that may be shown. Those whose key has the least hash are:
// nobody picked them, and they are the same each time.
type sampled struct {
	hash   uint64
	key    record.Key
	mapped []byte
}

func (r *entryReader) consider(row *stage.MappedRow) {
	hash := hashOf(row.Key)
	if len(r.best) == samples && r.best[samples-1].hash <= hash {
		return
	}
	r.best = append(r.best, sampled{hash, row.Key, bytes.Clone(row.JSON)})
	slices.SortFunc(r.best, func(a, b sampled) int { return cmp.Compare(a.hash, b.hash) })
	r.best = r.best[:min(len(r.best), samples)]
}

// makeSamples puts source and target side by side.
func (r *entryReader) makeSamples() error {
	for _, s := range r.best {
		target, ok, err := r.links.Get("s" + string(s.key))
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		name := string(s.key)
		if r.cfg.Tell != nil {
			name, _ = r.cfg.Tell(r.entry.Name, s.key, nil)
		}
		out := Sample{Key: name, Label: r.plain.Label(s.mapped), Target: string(target), How: r.bins[hashOf(s.key)].String(),
			Link: page(r.cfg, r.entry.Side.Stream, record.Key(target))}
		if out.Number, err = r.number("s" + string(s.key)); err != nil {
			return err
		}
		if out.TargetNumber, err = r.number("t" + string(target)); err != nil {
			return err
		}
		sent, now, err := r.twoSides(s.key, record.Key(target))
		if err != nil {
			return err
		}
		out.Fields = r.sideBySide(s.mapped, sent, now)
		r.entry.Samples = append(r.entry.Samples, out)
	}
	return nil
}

func (r *entryReader) number(key string) (string, error) {
	text, _, err := r.numbers.Get(key)
	return string(text), err
}

// twoSides gives what was sent of a record and what the target has.
func (r *entryReader) twoSides(source, target record.Key) (sent, now []byte, err error) {
	var at int64
	written, ok, err := r.sent.Get(string(source))
	if err != nil {
		return nil, nil, err
	}
	if ok {
		at, sent, now = unpackWritten(written)
	}
	rec, _, found, err := r.cfg.Stage.Record(r.ctx, r.report.Plan.Target, r.entry.Side.Stream, target)
	if err == nil && found && rec.SyncedAt.UnixMicro() >= at {
		now = whole(&rec)
	}
	return sent, now, err
}

// sideBySide lists the fields that the mapping made, compared as the target would:
// what was sent with what it has, and what was not sent with what is wanted.
func (r *entryReader) sideBySide(mapped, sent, now []byte) []SampleField {
	texts := func(raw []byte) map[string]string {
		found := map[string]string{}
		for _, p := range r.plain.Pairs(raw, r.secrets) {
			found[p.Path] = p.Text
		}
		return found
	}
	was, has := texts(sent), texts(now)
	sentDiffers, mappedDiffers := r.differing(sent, now), r.differing(mapped, now)
	var rows []SampleField
	for _, p := range r.plain.Pairs(mapped, r.secrets) {
		row := SampleField{Path: p.Path, Source: p.Text, Target: has[p.Path]}
		_, compared := was[p.Path]
		top, _, _ := strings.Cut(p.Path, ".")
		switch {
		case r.compare == nil || len(now) == 0:
			row.State = "not compared"
		case compared && (sentDiffers[p.Path] || sentDiffers[top]):
			row.State = "differs"
		case row.Target == "":
			row.State = "not shown"
		case compared || !mappedDiffers[p.Path] && !mappedDiffers[top]:
			row.State = "same"
		default:
			row.State = "not sent"
		}
		rows = append(rows, row)
	}
	return rows
}

// differing names the fields that the target has otherwise.
func (r *entryReader) differing(want, now []byte) map[string]bool {
	found := map[string]bool{}
	if r.compare != nil && len(want) > 0 && len(now) > 0 {
		for _, c := range r.compare.Differ(want, now) {
			found[c.Field] = true
		}
	}
	return found
}

// secretsOf are the secret fields of a stream, read and written.
func secretsOf(st *connector.Stream) map[string]bool {
	if st == nil {
		return nil
	}
	fields := slices.Clone(st.Fields)
	if st.Writes != nil {
		fields = append(fields, st.Writes.Fields...)
	}
	return plain.Secrets(fields)
}
