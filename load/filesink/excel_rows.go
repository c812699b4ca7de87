package filesink

import (
	"context"
	"strconv"

	"ferry/extract/record"
)

const (
	sheetRows    = 1048576 // of a sheet, header included
	sheetColumns = 16384
	exactInteger = 1 << 53
	// excelEpoch is 1970-01-01 as Excel counts days; firstExcelDay is
	// 1900-03-01: before it Excel counts a day that never was.
	excelEpoch    = 25569
	firstExcelDay = -25508
	lastExcelDay  = 2932896
)

// styles are the numbers of the workbook's cell formats.
type styles struct{ header, text, date, dateTime, time int }

// excelRows encodes records as rows of sheets. It belongs to one worker.
type excelRows struct {
	x        *extractor
	columns  []flatColumn
	custom   *labelled
	asText   []*node // custom fields that have one column together
	account  []byte
	in       *reader
	styles   styles
	names    func(sheet int) string // name of the table's sheet number n
	letters  []string               // of the columns
	perSheet int                    // records a sheet
	tally    tally

	header []string // of the columns

	sheet  int // of the piece in work
	row    int // of the record in work, 2 for a sheet's first
	column int
	spill  []spillRow
}

func newExcelRows(t Table, env environment, labels labelSet, st styles, names func(int) string) *excelRows {
	x := newExtractor(t, newLocalZone(env.zone))
	e := &excelRows{x: x, columns: flatten(x.plan), in: newReader(), styles: st, names: names, perSheet: env.sheetRows - 1}
	e.custom = newLabelled(newLabelColumns(x.plan, labels))
	x.onCustom = e.custom.take
	if len(e.columns)+4+len(e.custom.values) > env.sheetColumns {
		// More labels than a sheet has columns: the custom fields stay JSON text.
		e.custom, e.asText, x.onCustom = newLabelled(labelColumns{}), x.plan.custom, nil
	}
	e.account = []byte(env.account)
	e.header = e.headers()
	for i := range e.header {
		e.letters = append(e.letters, columnLetters(i))
	}
	return e
}

// columnLetters names column i, counted from 0, as spreadsheets do.
func columnLetters(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return columnLetters(i/26-1) + string(rune('A'+i%26))
}

// headers are the names of the columns.
func (e *excelRows) headers() []string {
	var out []string
	for _, c := range e.columns {
		out = append(out, c.name)
	}
	out = append(out, colAccount, colSyncedAt, colDeleted, colExtra)
	for _, n := range e.asText {
		out = append(out, n.flat)
	}
	return append(out, e.custom.columns.names...)
}

// encode gives a unit's rows in pieces, none of which spans two sheets.
func (e *excelRows) encode(ctx context.Context, u unit, give func(piece) error, buffer func() []byte) error {
	data, rows := buffer(), 0
	at := u.first
	flush := func() error {
		p := piece{data: data, sheet: e.sheet, rows: rows, spill: e.spill}
		data, rows, e.spill = buffer(), 0, nil
		return give(p)
	}
	e.sheet = at / e.perSheet
	err := e.in.each(ctx, u, func(r *record.Staged) error {
		if sheet := at / e.perSheet; sheet != e.sheet || len(data) >= pieceBytes {
			if err := flush(); err != nil {
				return err
			}
			e.sheet = sheet
		}
		e.row = at%e.perSheet + 2
		data = e.record(data, r)
		at++
		rows++
		if e.custom.missing {
			return errNewLabel
		}
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

// record appends one row.
func (e *excelRows) record(dst []byte, r *record.Staged) []byte {
	e.tally.rows++
	if r.Deleted {
		e.tally.tombstones++
	}
	clear(e.custom.values)
	e.x.record(r)
	e.x.check(e.x.plan.row.root, e.x.plan.row.cells)
	dst = append(dst, `<row r="`...)
	dst = append(strconv.AppendInt(dst, int64(e.row), 10), '"', '>')
	e.column = 0
	cells := e.x.plan.row.cells
	for i := range e.columns {
		n := e.columns[i].n
		if c := &cells[n.slot]; e.columns[i].id && n.kind == record.Integer && c.state == filled {
			dst = e.text(dst, strconv.AppendInt(nil, c.n, 10))
			e.column++
			continue
		}
		dst = e.cell(dst, n.kind, &cells[n.slot])
	}
	dst = e.cell(dst, record.String, &cell{state: filled, text: e.account})
	dst = e.cell(dst, utcDateTime, &cell{state: filled, n: r.SyncedAt.UnixMicro()})
	dst = e.cell(dst, record.Boolean, &cell{state: filled, yes: r.Deleted})
	extra := cell{text: e.x.extra.text()}
	if extra.text != nil {
		extra.state = filled
	}
	dst = e.cell(dst, record.JSON, &extra)
	for _, n := range e.asText {
		dst = e.cell(dst, record.JSON, &cells[n.slot])
	}
	for i := range e.custom.values {
		dst = e.cell(dst, record.String, &e.custom.values[i])
	}
	return append(dst, `</row>`...)
}

// cell appends the next cell of the row; null has none.
func (e *excelRows) cell(dst []byte, kind record.Kind, c *cell) []byte {
	if c.state != filled {
		e.column++
		return dst
	}
	switch kind {
	case record.Integer, fileBytes:
		if c.n > exactInteger || c.n < -exactInteger {
			dst = e.text(dst, strconv.AppendInt(nil, c.n, 10))
		} else {
			dst = append(strconv.AppendInt(e.open(dst, 0), c.n, 10), `</v></c>`...)
		}
	case record.Number:
		dst = append(strconv.AppendFloat(e.open(dst, 0), c.f, 'g', -1, 64), `</v></c>`...)
	case record.Decimal:
		dst = e.decimal(dst, c.text)
	case record.Boolean:
		dst = e.boolean(dst, c.yes)
	case record.Date:
		dst = e.moment(dst, c.n*day, e.styles.date, appendDate, c.n)
	case record.Time:
		dst = e.serial(dst, e.styles.time, float64(c.n)/day)
	case record.DateTime:
		dst = e.moment(dst, c.n, e.styles.dateTime, appendLocal, c.n)
	case utcDateTime, utcSibling:
		dst = e.moment(dst, c.n, e.styles.dateTime, appendInstant, c.n)
	default:
		dst = e.text(dst, c.text)
	}
	e.column++
	return dst
}

// open appends the start of a cell that holds a number.
func (e *excelRows) open(dst []byte, style int) []byte {
	dst = e.ref(append(dst, `<c r="`...))
	if style > 0 {
		dst = strconv.AppendInt(append(dst, ` s="`...), int64(style), 10)
		dst = append(dst, '"')
	}
	return append(dst, `><v>`...)
}

// ref appends the cell's name and the quote after it.
func (e *excelRows) ref(dst []byte) []byte {
	dst = append(dst, e.letters[e.column]...)
	return append(strconv.AppendInt(dst, int64(e.row), 10), '"')
}

func (e *excelRows) serial(dst []byte, style int, v float64) []byte {
	return append(strconv.AppendFloat(e.open(dst, style), v, 'f', -1, 64), `</v></c>`...)
}

func (e *excelRows) boolean(dst []byte, yes bool) []byte {
	dst = e.ref(append(dst, `<c r="`...))
	if yes {
		return append(dst, ` t="b"><v>1</v></c>`...)
	}
	return append(dst, ` t="b"><v>0</v></c>`...)
}

// moment appends a date cell; a date that Excel does not know stays text.
func (e *excelRows) moment(dst []byte, micros int64, style int, format func([]byte, int64) []byte, v int64) []byte {
	if days := floorDiv(micros, day); days < firstExcelDay || days > lastExcelDay {
		return e.text(dst, format(nil, v))
	}
	return e.serial(dst, style, float64(micros)/day+excelEpoch)
}

// decimal appends an exact decimal as a number where a spreadsheet's 15 digits
// hold it, else as text.
func (e *excelRows) decimal(dst, text []byte) []byte {
	digits := 0
	for _, c := range text {
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	if digits > 15 || !isNumber(text) {
		return e.text(dst, text)
	}
	return append(append(e.open(dst, 0), text...), `</v></c>`...)
}
