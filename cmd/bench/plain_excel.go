package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/xuri/excelize/v2"
)

// plainExcelMain is `bench plain-excel`: a workbook as somebody writes it who
// has the records and excelize: decode a record, put its cells into a row of
// the stream writer. The columns are those of another workbook.
func plainExcelMain(ctx context.Context, args []string, _ io.Reader, _ io.Writer) error {
	flags := flag.NewFlagSet("plain-excel", flag.ContinueOnError)
	in := flags.String("in", "", "the records as NDJSON")
	like := flags.String("like", "", "the workbook whose columns are written")
	out := flags.String("out", "", "the workbook to write")
	if err := flags.Parse(args); err != nil {
		return err
	}
	names, first, err := headOf(*like)
	if err != nil {
		return err
	}
	records, err := os.Open(*in)
	if err != nil {
		return err
	}
	defer records.Close()
	book := excelize.NewFile()
	err = plainSheet(ctx, book, bufio.NewReaderSize(records, 1<<20), names, first)
	if err == nil {
		err = book.SaveAs(*out)
	}
	return errors.Join(err, book.Close())
}

// headOf reads the column names of a workbook, and its first row.
func headOf(path string) (names, first []string, err error) {
	book, err := excelize.OpenFile(path)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	rows, err := book.Rows(book.GetSheetName(0))
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for _, into := range []*[]string{&names, &first} {
		if !rows.Next() {
			return nil, nil, fmt.Errorf("%s has no rows", path)
		}
		if *into, err = rows.Columns(); err != nil {
			return nil, nil, err
		}
	}
	return names, first, nil
}

// plainSheet streams the records into the first sheet.
func plainSheet(ctx context.Context, book *excelize.File, in io.Reader, names, first []string) error {
	makers, err := cellMakers(names, first)
	if err != nil {
		return err
	}
	style, err := book.NewStyle(&excelize.Style{NumFmt: 22})
	if err != nil {
		return err
	}
	sheet, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	panes := &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}
	if err := sheet.SetPanes(panes); err != nil {
		return err
	}
	cells := make([]any, len(names))
	for i, name := range names {
		cells[i] = name
	}
	if err := sheet.SetRow("A1", cells); err != nil {
		return err
	}
	decoder := jsontext.NewDecoder(in)
	for row := 2; ctx.Err() == nil; row++ {
		var c plainCustomer
		if err := jsonv2.UnmarshalDecode(decoder, &c); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		for i, cell := range makers {
			cells[i] = cell(&c)
			if at, is := cells[i].(time.Time); is {
				cells[i] = excelize.Cell{StyleID: style, Value: at}
			}
		}
		at, err := excelize.CoordinatesToCellName(1, row)
		if err != nil {
			return err
		}
		if err := sheet.SetRow(at, cells); err != nil {
			return err
		}
	}
	return errors.Join(ctx.Err(), sheet.Flush())
}

// plainCustomer is a record as one declares it who writes such a program.
type plainCustomer struct {
	ID                int64       `json:"id"`
	MyID              *string     `json:"myId"`
	Name              *string     `json:"name"`
	VATNumber         *string     `json:"vatNumber"`
	PublicLink        *string     `json:"publicLink"`
	Address           *string     `json:"address"`
	AddressStreet     *string     `json:"addressStreet"`
	AddressComplement *string     `json:"addressComplement"`
	AddressZIP        *string     `json:"addressZIP"`
	AddressCity       *string     `json:"addressCity"`
	AddressProvince   *string     `json:"addressProvince"`
	AddressCountry    *string     `json:"addressCountry"`
	ContactFirstName  *string     `json:"contactFirstName"`
	ContactLastName   *string     `json:"contactLastName"`
	ContactPhone      *string     `json:"contactPhone"`
	ContactMobile     *string     `json:"contactMobile"`
	ContactEmail      *string     `json:"contactEmail"`
	ContactFax        *string     `json:"contactFax"`
	CustomFieldValues []plainPair `json:"customFieldValues"`
	Position          *plainPlace `json:"position"`
	Tags              []string    `json:"tags"`
	DateCreated       *string     `json:"dateCreated"`
	DateModified      *string     `json:"dateModified"`
}

type plainPair struct {
	ID    jsontext.Value `json:"id"`
	Label string         `json:"label"`
	Value string         `json:"value"`
}

type plainPlace struct {
	Latitude  float64 `json:"latitude,string"`
	Longitude float64 `json:"longitude,string"`
}

// cellMaker gives the cell of one column.
type cellMaker func(*plainCustomer) any

// cellMakers gives those of all columns; a column that is not known is an
// error, for the work would not be the same without it.
func cellMakers(names, first []string) ([]cellMaker, error) {
	makers := make([]cellMaker, len(names))
	for i, name := range names {
		constant := ""
		if i < len(first) {
			constant = first[i]
		}
		if makers[i] = makerOf(name, constant); makers[i] == nil {
			return nil, fmt.Errorf("column %q is not known to plain-excel; add it to plain_excel.go", name)
		}
	}
	return makers, nil
}

func makerOf(name, constant string) cellMaker {
	if text := textMember(name); text != nil {
		return func(c *plainCustomer) any {
			if p := text(c); p != nil {
				return *p
			}
			return nil
		}
	}
	if label, is := strings.CutPrefix(name, "custom."); is {
		return func(c *plainCustomer) any { return c.custom(label) }
	}
	switch name {
	case "id":
		return func(c *plainCustomer) any { return fmt.Sprint(c.ID) }
	case "position.latitude", "position.longitude":
		return func(c *plainCustomer) any { return c.place(name == "position.latitude") }
	case "tags":
		return func(c *plainCustomer) any { return c.tags() }
	case "dateCreated":
		return func(c *plainCustomer) any { return moment(c.DateCreated) }
	case "dateModified":
		return func(c *plainCustomer) any { return moment(c.DateModified) }
	case "dateCreated_utc", "dateModified_utc":
		return func(*plainCustomer) any { return nil }
	case "_ferry_account":
		return func(*plainCustomer) any { return constant }
	case "_ferry_synced_at":
		at := time.Now().UTC()
		return func(*plainCustomer) any { return at }
	case "_ferry_deleted":
		return func(*plainCustomer) any { return false }
	case "_ferry_extra":
		return func(c *plainCustomer) any { return c.extra() }
	}
	return nil
}

// textMember gives the member of a record that a column of text shows.
func textMember(name string) func(*plainCustomer) *string {
	return map[string]func(*plainCustomer) *string{
		"myId":              func(c *plainCustomer) *string { return c.MyID },
		"name":              func(c *plainCustomer) *string { return c.Name },
		"vatNumber":         func(c *plainCustomer) *string { return c.VATNumber },
		"publicLink":        func(c *plainCustomer) *string { return c.PublicLink },
		"address":           func(c *plainCustomer) *string { return c.Address },
		"addressStreet":     func(c *plainCustomer) *string { return c.AddressStreet },
		"addressComplement": func(c *plainCustomer) *string { return c.AddressComplement },
		"addressZIP":        func(c *plainCustomer) *string { return c.AddressZIP },
		"addressCity":       func(c *plainCustomer) *string { return c.AddressCity },
		"addressProvince":   func(c *plainCustomer) *string { return c.AddressProvince },
		"addressCountry":    func(c *plainCustomer) *string { return c.AddressCountry },
		"contactFirstName":  func(c *plainCustomer) *string { return c.ContactFirstName },
		"contactLastName":   func(c *plainCustomer) *string { return c.ContactLastName },
		"contactPhone":      func(c *plainCustomer) *string { return c.ContactPhone },
		"contactMobile":     func(c *plainCustomer) *string { return c.ContactMobile },
		"contactEmail":      func(c *plainCustomer) *string { return c.ContactEmail },
		"contactFax":        func(c *plainCustomer) *string { return c.ContactFax },
	}[name]
}

// custom gives the value that a label keeps: its first that is not blank.
func (c *plainCustomer) custom(label string) any {
	var kept any
	for _, p := range c.CustomFieldValues {
		if p.Label != label {
			continue
		}
		if p.Value != "" {
			return p.Value
		}
		kept = ""
	}
	return kept
}

// extra is what the columns of custom fields have no room for: the later values
// of a label that comes twice with different ones.
func (c *plainCustomer) extra() any {
	var b strings.Builder
	for i, p := range c.CustomFieldValues {
		first := slices.IndexFunc(c.CustomFieldValues[:i], func(q plainPair) bool { return q.Label == p.Label && q.Value != "" })
		if first < 0 || p.Value == "" || c.CustomFieldValues[first].Value == p.Value {
			continue
		}
		b.WriteString(map[bool]string{true: "{", false: ","}[b.Len() == 0])
		fmt.Fprintf(&b, `"customFieldValues.%d":{"id":%s,"label":%q,"value":%q}`, i, p.ID, p.Label, p.Value)
	}
	if b.Len() == 0 {
		return nil
	}
	return b.String() + "}"
}

func (c *plainCustomer) place(latitude bool) any {
	switch {
	case c.Position == nil:
		return nil
	case latitude:
		return c.Position.Latitude
	}
	return c.Position.Longitude
}

// tags is the list as JSON text.
func (c *plainCustomer) tags() any {
	if c.Tags == nil {
		return nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(c.Tags); err != nil {
		return nil
	}
	return strings.TrimSpace(b.String())
}

// moment reads a time as the vendor writes it.
func moment(text *string) any {
	if text == nil {
		return nil
	}
	at, err := time.Parse("2006-01-02 15:04:05", *text)
	if err != nil {
		return *text
	}
	return at
}
