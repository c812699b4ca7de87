package filesink

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strconv"

	"github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"
)

// workbook is an .xlsx file in the making. Sheets are streamed straight into
// the zip file, one after the other, in constant memory; excelize makes the
// rest of the workbook (styles, names, relations) around them.
type workbook struct {
	out    *outFile
	zip    *zip.Writer
	book   *excelize.File
	styles styles
	names  *sheetNames
	spill  *spiller

	sheet   io.Writer // the sheet in work; nil: none
	number  int       // sheets begun
	rows    int       // of the sheet in work
	columns int
	bytes   int64 // of the sheet in work, uncompressed
	large   bool  // a sheet has more bytes than a zip header of old can say
	records int   // over all sheets
}

func newWorkbook(path string) (*workbook, error) {
	out, err := createFile(path)
	if err != nil {
		return nil, err
	}
	w := &workbook{out: out, zip: zip.NewWriter(out), book: excelize.NewFile(), names: newSheetNames()}
	w.spill = &spiller{path: filepath.Join(filepath.Dir(path), ".longtext")}
	w.zip.RegisterCompressor(zip.Deflate, func(to io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(to, flate.BestSpeed)
	})
	if err := w.makeStyles(); err != nil {
		out.abandon()
		return nil, err
	}
	return w, nil
}

func (w *workbook) makeStyles() error {
	dateTime, date, clock := "yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd", "hh:mm:ss"
	const textFormat = 49
	for _, s := range []struct {
		into  *int
		style excelize.Style
	}{
		{&w.styles.header, excelize.Style{Font: &excelize.Font{Bold: true}, NumFmt: textFormat}},
		{&w.styles.text, excelize.Style{NumFmt: textFormat}},
		{&w.styles.date, excelize.Style{CustomNumFmt: &date}},
		{&w.styles.dateTime, excelize.Style{CustomNumFmt: &dateTime}},
		{&w.styles.time, excelize.Style{CustomNumFmt: &clock}},
	} {
		id, err := w.book.NewStyle(&s.style)
		if err != nil {
			return fmt.Errorf("workbook styles: %w", err)
		}
		*s.into = id
	}
	return nil
}

// addTable writes a table's sheets. Every table has one, also without records.
func (w *workbook) addTable(ctx context.Context, t Table, env environment, labels labelSet, done func(rows int)) (tally, error) {
	names := func(sheet int) string { return w.names.of(t.Name, sheet) }
	rows := make([]*excelRows, env.workers)
	encoders := make([]encoder, env.workers)
	for i := range rows {
		rows[i] = newExcelRows(t, env, labels, w.styles, names)
		encoders[i] = rows[i]
	}
	header := rows[0].header
	if err := w.begin(names(0), header); err != nil {
		return tally{}, err
	}
	current := 0
	write := func(p piece) error {
		if p.sheet != current && p.rows > 0 {
			if err := w.end(); err != nil {
				return err
			}
			if err := w.begin(names(p.sheet), header); err != nil {
				return err
			}
			current = p.sheet
		}
		w.rows += p.rows
		if err := w.write(p.data); err != nil {
			return err
		}
		return w.spill.add(p.spill, env.sheetRows-1)
	}
	if err := inOrder(ctx, t.Rows, encoders, write, done); err != nil {
		return tally{}, err
	}
	var sum tally
	for _, r := range rows {
		r.tally.misfits = r.x.misfits
		sum.add(r.tally)
	}
	w.records += sum.rows
	return sum, w.end()
}

// begin starts a sheet with its header row.
func (w *workbook) begin(name string, header []string) error {
	w.number++
	var err error
	if w.number == 1 {
		err = w.book.SetSheetName("Sheet1", name)
	} else {
		_, err = w.book.NewSheet(name)
	}
	if err == nil {
		w.sheet, err = w.zip.Create(sheetPath(w.number))
	}
	if err != nil {
		return w.fault(err)
	}
	w.rows, w.bytes, w.columns = 1, 0, len(header)
	head := []byte(sheetHead + `<cols><col min="1" max="` + strconv.Itoa(len(header)) + `" width="18" customWidth="1"/></cols><sheetData><row r="1">`)
	for i, h := range header {
		head = append(head, `<c r="`+columnLetters(i)+`1" s="`+strconv.Itoa(w.styles.header)+`"`...)
		head = append(appendInline(head, []byte(h)), `</c>`...)
	}
	return w.write(append(head, `</row>`...))
}

// sheetHead freezes the first row.
const sheetHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" +
	`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0">` +
	`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/></sheetView></sheetViews>`

func sheetPath(number int) string { return "xl/worksheets/sheet" + strconv.Itoa(number) + ".xml" }

func (w *workbook) write(p []byte) error {
	n, err := w.sheet.Write(p)
	w.bytes += int64(n)
	return w.fault(err)
}

// end completes the sheet in work, with its filter.
func (w *workbook) end() error {
	ref := "A1:" + columnLetters(w.columns-1) + strconv.Itoa(w.rows)
	err := w.write([]byte(`</sheetData><autoFilter ref="` + ref + `"/></worksheet>`))
	w.large = w.large || w.bytes >= zip64From
	w.sheet = nil
	return err
}

// finish writes the sheets for long text and everything around the sheets.
func (w *workbook) finish(path string, perSheet int) (ManifestFile, error) {
	number := 0
	err := w.spill.sheets(perSheet, func(rows io.Reader, n int) error {
		if err := w.begin(w.names.of(spillSheet, number), spillColumns); err != nil {
			return err
		}
		number++
		w.rows += n
		copied, err := io.Copy(w.sheet, rows)
		w.bytes += copied
		if err != nil {
			return w.fault(err)
		}
		return w.end()
	})
	if err == nil {
		err = w.spill.close()
	}
	if err == nil {
		w.book.SetZipWriter(func(io.Writer) excelize.ZipWriter { return around{w} })
		_, err = w.book.WriteTo(io.Discard)
	}
	if err != nil {
		return ManifestFile{}, w.fault(err)
	}
	name, out := w.out.f.Name(), w.out
	w.out = nil
	file, err := out.finish(path, w.records)
	if err == nil && w.large {
		err = markZip64(name, zip64From, &file)
	}
	return file, err
}

// fault prefers the file's own error, which knows path and reason.
func (w *workbook) fault(err error) error {
	if err != nil && w.out != nil && w.out.err != nil {
		return w.out.err
	}
	return err
}

// abandon leaves the files to be removed with their folder.
func (w *workbook) abandon() {
	_ = w.spill.close()
	_ = w.book.Close()
	if w.out != nil {
		w.out.abandon()
	}
}

// around takes from excelize what stands around the sheets; its own sheets are
// empty and go nowhere.
type around struct{ w *workbook }

func (a around) Create(name string) (io.Writer, error) {
	for i := 1; i <= a.w.number; i++ {
		if name == sheetPath(i) {
			return io.Discard, nil
		}
	}
	return a.w.zip.Create(name)
}

func (a around) AddFS(fs.FS) error { return fmt.Errorf("workbook: no folder can be added") }

func (a around) Close() error { return a.w.zip.Close() }
