package filesink

import (
	"context"
	"errors"
	"path/filepath"
	"strconv"

	"ferry/extract/record"
)

// errNewLabel means that a table has a custom label without a column: its
// labels were only sampled, and have to be collected in full.
var errNewLabel = errors.New("a custom label has no column")

// writeCSV writes <dir>/<table>.csv: RFC 4180 with CRLF, UTF-8, a header line,
// null as an empty field and empty text as "".
func writeCSV(ctx context.Context, dir string, t Table, env environment, labels labelSet, done func(rows int)) (ManifestFile, tally, error) {
	name := t.Name + ".csv"
	out, err := createFile(filepath.Join(dir, name))
	if err != nil {
		return ManifestFile{}, tally{}, err
	}
	lines := make([]*csvLines, env.workers)
	encoders := make([]encoder, env.workers)
	for i := range lines {
		lines[i] = newCSVLines(t, env, labels)
		encoders[i] = lines[i]
	}
	if _, err := out.Write(lines[0].header(env.bom)); err != nil {
		out.abandon()
		return ManifestFile{}, tally{}, err
	}
	write := func(p piece) error { _, err := out.Write(p.data); return err }
	if err := inOrder(ctx, t.Rows, encoders, write, done); err != nil {
		out.abandon()
		return ManifestFile{}, tally{}, err
	}
	var sum tally
	for _, l := range lines {
		l.tally.misfits = l.x.misfits
		sum.add(l.tally)
	}
	file, err := out.finish(name, sum.rows)
	return file, sum, err
}

// csvLines encodes records as lines. It belongs to one worker.
type csvLines struct {
	x       *extractor
	columns []flatColumn
	custom  *labelled
	account []byte // encoded
	in      *reader
	tally   tally
}

func newCSVLines(t Table, env environment, labels labelSet) *csvLines {
	x := newExtractor(t, newLocalZone(env.zone))
	l := &csvLines{x: x, columns: flatten(x.plan), in: newReader()}
	l.custom = newLabelled(newLabelColumns(x.plan, labels))
	x.onCustom = l.custom.take
	l.account = appendCSVText(nil, []byte(env.account))
	return l
}

func (l *csvLines) header(bom bool) []byte {
	var out []byte
	if bom {
		out = append(out, "\uFEFF"...)
	}
	for _, c := range l.columns {
		out = append(appendCSVText(out, []byte(c.name)), ',')
	}
	out = append(out, colAccount+","+colSyncedAt+","+colDeleted+","+colExtra...)
	for _, name := range l.custom.columns.names {
		out = appendCSVText(append(out, ','), []byte(name))
	}
	return append(out, '\r', '\n')
}

// encode gives a unit's lines in pieces.
func (l *csvLines) encode(ctx context.Context, u unit, give func(piece) error, buffer func() []byte) error {
	data := buffer()
	err := l.in.each(ctx, u, func(r *record.Staged) error {
		data = l.line(data, r)
		if l.custom.missing {
			return errNewLabel
		}
		if len(data) < pieceBytes {
			return nil
		}
		full := data
		data = buffer()
		return give(piece{data: full})
	})
	if err != nil {
		return err
	}
	return give(piece{data: data})
}

func (l *csvLines) line(dst []byte, r *record.Staged) []byte {
	l.tally.rows++
	if r.Deleted {
		l.tally.tombstones++
	}
	clear(l.custom.values)
	l.x.record(r)
	l.x.check(l.x.plan.row.root, l.x.plan.row.cells)
	cells := l.x.plan.row.cells
	for i := range l.columns {
		n := l.columns[i].n
		dst = append(appendCSVCell(dst, n.kind, &cells[n.slot]), ',')
	}
	dst = append(append(dst, l.account...), ',')
	dst = append(appendInstant(dst, r.SyncedAt.UnixMicro()), ',')
	dst = append(strconv.AppendBool(dst, r.Deleted), ',')
	if extra := l.x.extra.text(); extra != nil {
		dst = appendCSVText(dst, extra)
	}
	for i := range l.custom.values {
		dst = appendCSVCell(append(dst, ','), record.String, &l.custom.values[i])
	}
	return append(dst, '\r', '\n')
}

func appendCSVCell(dst []byte, kind record.Kind, c *cell) []byte {
	if c.state != filled {
		return dst
	}
	switch kind {
	case record.Integer, fileBytes:
		return strconv.AppendInt(dst, c.n, 10)
	case record.Number:
		return append(dst, c.text...)
	case record.Boolean:
		return strconv.AppendBool(dst, c.yes)
	case record.Date:
		return appendDate(dst, c.n)
	case record.Time:
		return appendClock(dst, c.n)
	case record.DateTime:
		return appendLocal(dst, c.n)
	case utcDateTime, utcSibling:
		return appendInstant(dst, c.n)
	default:
		return appendCSVText(dst, c.text)
	}
}
