package answer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"ferry/extract/connector"
	"ferry/extract/sheet"
	"ferry/load/internal/plain"
	"ferry/load/internal/xlsx"
)

// TemplateConfig is one template.
type TemplateConfig struct {
	Out    string // path to write; replaced by rename
	Spec   *connector.Spec
	Stream string // of the target
	// Lists gives the values that the account takes for a field of another stream
	// (record.Field.Known and Refers); ok is false where they are not known. nil:
	// nothing is known.
	Lists   func(stream, field string) (values []string, ok bool)
	Custom  []Custom // custom fields of the stream in the account
	Account string   // as people know it, for the sheet Help; "" not said
	Now     time.Time
}

// Custom is a custom field of the account.
type Custom struct {
	Label   string
	Options []string // of a list; none: free text
}

// TemplateDone says what a template has.
type TemplateDone struct {
	Path    string
	Columns int
	Lists   int      // drop-downs
	Left    []string // writable fields that a flat sheet cannot hold, by path
}

// Template writes a workbook to fill in: a column for each field that the target
// takes, with its label as header and a star where a new record needs it,
// drop-downs of what the account has, and a sheet Help. A hidden sheet says which
// column is which field, so that a filled-in one needs no questions. The error says
// why the stream takes no records, or is the system's.
func Template(ctx context.Context, c TemplateConfig) (done TemplateDone, err error) {
	stream, err := c.Spec.Stream(c.Stream)
	if err != nil {
		return TemplateDone{}, err
	}
	if stream.Writes == nil || stream.Writes.Create == nil && stream.Writes.Upsert == nil {
		return TemplateDone{}, fmt.Errorf("%s.%s: its API creates no records of this stream; ferry describe %s lists what can be loaded", c.Spec.Vendor, c.Stream, c.Spec.Vendor)
	}
	form := newForm(&c, stream)
	if len(form.columns) == 0 {
		return TemplateDone{}, fmt.Errorf("%s.%s: it has no fields that a sheet could hold", c.Spec.Vendor, c.Stream)
	}
	if err := ctx.Err(); err != nil {
		return TemplateDone{}, err
	}
	book, err := xlsx.New()
	if err != nil {
		return TemplateDone{}, err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	if err := form.write(book); err != nil {
		return TemplateDone{}, fmt.Errorf("%s: %w", filepath.Base(c.Out), err)
	}
	done = TemplateDone{Path: c.Out, Columns: len(form.columns), Left: form.left}
	for i := range form.columns {
		if form.columns[i].list != "" {
			done.Lists++
		}
	}
	return done, book.Save(c.Out)
}

// write writes the sheets of a template.
func (f *form) write(book *xlsx.Book) error {
	name := sheetName(cmp.Or(f.stream.Label, f.stream.Name))
	columns := make([]xlsx.FormColumn, len(f.columns))
	for i := range f.columns {
		c := &f.columns[i]
		if c.list != "" {
			if err := book.List(c.list, c.choices); err != nil {
				return err
			}
		}
		columns[i] = xlsx.FormColumn{Header: c.header, Note: c.help(), Width: c.width(), Style: c.style, List: c.list, Must: c.must}
	}
	if err := book.Form(name, columns); err != nil {
		return err
	}
	if err := f.help(book, name); err != nil {
		return err
	}
	mark := sheet.Mark{
		Kind: sheet.MarkTemplate, Version: sheet.MarkVersion, Vendor: f.c.Spec.Vendor, Stream: f.c.Stream,
		Made: f.c.Now.UTC().Format(time.RFC3339), Sheet: name, Header: 1, Fields: map[string]string{},
	}
	for i := range f.columns {
		mark.Fields[f.columns[i].header] = f.columns[i].path
	}
	return book.Hidden(sheet.MarkSheet, mark.Rows())
}

// help writes the sheet that explains the columns.
func (f *form) help(book *xlsx.Book, name string) error {
	s, err := book.Sheet("Help", xlsx.Column{Width: 30}, xlsx.Column{Width: 14}, xlsx.Column{Width: 70}, xlsx.Column{Width: 34})
	if err != nil {
		return err
	}
	title := f.c.Spec.Title + ": " + cmp.Or(f.stream.Label, f.stream.Name)
	if f.c.Account != "" {
		title += ", " + f.c.Account
	}
	lines := [][]any{
		{xlsx.Cell{Value: title, Style: xlsx.Title}},
		{xlsx.Cell{Value: "Fill in the sheet " + name + ", one record a row. Leave out what you do not know; columns that you do not need may be deleted.", Style: xlsx.Line}},
		{xlsx.Cell{Value: "A star (*) marks what a new record needs. Drop-downs hold what the account had on " + f.c.Now.Format("2 January 2006") + ".", Style: xlsx.Line}},
		{},
		{head("Column"), head("Needed"), head("What to enter"), head("Example")},
	}
	for i := range f.columns {
		c := &f.columns[i]
		needed := ""
		if c.must {
			needed = "yes"
		}
		lines = append(lines, []any{c.header, needed, c.help(), c.example()})
	}
	if len(f.left) > 0 {
		lines = append(lines, []any{}, []any{xlsx.Cell{Value: "Not in this sheet, because one cell cannot hold it: " + strings.Join(f.left, ", "), Style: xlsx.Line}})
	}
	for _, line := range lines {
		if len(line) == 0 {
			line = []any{nil}
		}
		if err := s.Row(line...); err != nil {
			return err
		}
	}
	return s.End()
}

func head(text string) xlsx.Cell { return xlsx.Cell{Value: text, Style: xlsx.Head} }

// sheetName makes a name that Excel takes for a sheet: at most 31 characters, none
// of []:*?/\ and no apostrophe at its ends.
func sheetName(text string) string {
	text = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) {
			return ' '
		}
		return r
	}, text), " '")
	if letters := []rune(text); len(letters) > 31 {
		text = strings.TrimSpace(string(letters[:31]))
	}
	if text == "" || strings.EqualFold(text, "Help") || strings.EqualFold(text, xlsx.ListSheet) || strings.EqualFold(text, sheet.ResultSheet) {
		return "Records"
	}
	return text
}

// choicesText says how many values a drop-down has.
func choicesText(n int) string {
	return "choose from the " + plain.Count(n) + " values of the drop-down"
}
