package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/sheet"
	"ferry/samples/vendorsim"
)

// trip is one file on its way between a person and a simulated Syncro.
type trip struct {
	t      *testing.T
	all    *tripTally
	seed   uint64
	random *rand.Rand
	dir    string
	box    *simulator

	book    bool     // an Excel workbook; else a text file
	job     bool     // into a job with a mapping of its own; else --into
	keyed   bool     // the column Number identifies a row; else nothing does
	title   []string // lines above the header
	columns []string
	dialect paperDialect // of a text file
	people  []*person
	first   []string // arguments of the first import alone: later ones know the answers
	lazy    int      // times that rows may be left for the next round, or new ones come
	added   int      // rows written below
	drawn   int      // rows and edits whose values were made up
	sent    int      // answered files that were worked on
}

// answeredRow is one row of an answered file.
type answeredRow struct {
	at                 int // in the table
	person             *person
	result, todo, open string
	notes              map[string]string // by column
}

// tripMapping is a mapping of a person's own: with days and with words that stand
// for others.
const tripMapping = `version: 1
from: sheet
to: syncro
streams:
  - name: customers
    from: rows
    to: customers
    match: [email]
    fields:
      business_name: {from: Company, as: text}
      firstname: {from: First name, as: text}
      lastname: {from: Last name, as: text}
      email: {from: Email, as: email}
      phone: {from: Phone, as: phone, region: US}
      zip: {from: ZIP, as: text}
      city: {from: City, as: text}
      get_sms: {from: Accepts SMS, as: boolean}
      tax_rate_id: {from: Tax rate ID, as: integer}
      notes: {from: Notes, as: text}
      address_2: {from: Since, as: date}
      referred_by: {from: Source, values: {web: Website, fair: Trade fair, friend: A friend}, else: reject}
`

// newTrip makes a file's company and the account that it is loaded into. What the
// seeds differ in is spread so that four have all of it.
func newTrip(t *testing.T, seed uint64, full bool) *trip {
	t.Helper()
	p := &trip{t: t, all: newTripTally(), seed: seed, random: rand.New(rand.NewPCG(seed, 5)), dir: t.TempDir()}
	p.book, p.job, p.keyed = seed%3 != 1, seed%2 == 1, seed%4 != 2
	opts := vendorsim.Options{APIKey: scriptKey, Latency: -1, Rate: vendorsim.Rate{Limit: -1}, Data: vendorsim.Data{Plain: true}}
	var err error
	p.box, err = startSimulator("syncro", "127.0.0.1:0", opts, map[string]int{"customers": 2})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, p.box.Close()) })

	if seed%5 < 2 { // of the four small ones a workbook and a text file
		p.title = []string{"Customers of both offices", "printed on Monday"}
	}
	p.columns = slices.Clone(tripColumns)
	tail := p.columns[3:]
	p.random.Shuffle(len(tail), func(i, j int) { tail[i], tail[j] = tail[j], tail[i] })
	p.dialect = newPaperDialect(p.random)
	most, lazy := 120, mostRounds-2
	if !full {
		most, lazy = 32, 1
	}
	p.lazy = lazy
	for range 30 + p.random.IntN(most-29) {
		p.newPerson()
	}
	p.all.rows += len(p.people)
	for name, is := range map[string]bool{"workbook": p.book, "text": !p.book, "into": !p.job, "job": p.job, "key": p.keyed, "no key": !p.keyed, "title": p.title != nil} {
		if is {
			p.all.kinds[ofFiles][name]++
		}
	}
	if p.job {
		p.writeJob()
		return p
	}
	p.first = []string{"--answer", "region=US", "--answer", "match.Notes=notes"}
	key := "none"
	if p.keyed {
		key = colNumber
	}
	p.first = append(p.first, "--key", key)
	return p
}

func (p *trip) writeJob() {
	key := ""
	if p.keyed {
		key = ", key: [" + colNumber + "]"
	}
	text := fmt.Sprintf("version: 1\nname: trip\nsource: {files: firms.*%s}\nmapping: ./firms.yaml\ntarget: {vendor: syncro, settings: {%s}, base_url: %q}\n",
		key, p.box.Settings(), p.box.BaseURL)
	require.NoError(p.t, os.WriteFile(filepath.Join(p.dir, "job.yaml"), []byte(text), 0o600))
	require.NoError(p.t, os.WriteFile(filepath.Join(p.dir, "firms.yaml"), []byte(tripMapping), 0o600))
}

// write makes the person's file, with mistakes in it.
func (p *trip) write() string {
	rows := [][]cell{}
	for _, d := range p.drafts(p.people, 0.1+0.3*p.random.Float64()) {
		rows = append(rows, d.line(p.columns))
	}
	path := filepath.Join(p.dir, "firms.csv")
	if p.book {
		path = filepath.Join(p.dir, "firms.xlsx")
		writeBook(p.t, path, p.title, p.columns, rows)
		return path
	}
	var lines [][]string
	for _, line := range p.title {
		lines = append(lines, []string{line})
	}
	writePaper(p.t, path, p.dialect, append(append(lines, p.columns), textsOf(rows)...))
	return path
}

// send imports a file as a person does, and gives the path of the answered one.
func (p *trip) send(path string, more ...string) string {
	t := p.t
	t.Helper()
	before := p.answered()
	// A ledger for each import: how fast the vendor lets one ask is not tried here.
	ledger := filepath.Join(p.dir, fmt.Sprintf("usage-%d.db", len(before)))
	env := map[string]string{"FERRY_STATE": filepath.Join(p.dir, "state"), "FERRY_USAGE": ledger,
		"SYNCRO_SUBDOMAIN": vendorsim.DefaultSyncroDomain, "SYNCRO_TOKEN": scriptKey}
	var stdout, stderr bytes.Buffer
	a := &app{streams: streams{In: strings.NewReader(""), Out: &stdout, Err: &stderr},
		lookup: func(name string) (string, bool) { v, ok := env[name]; return v, ok }}
	args := []string{"import", path, "--yes", "--all"}
	if p.job {
		args = append(args, "--job", filepath.Join(p.dir, "job.yaml"))
	} else {
		args = append(args, "--into", "syncro.customers", "--base-url", p.box.BaseURL)
	}
	code := exitCode(a.run(context.Background(), append(args, more...)))
	p.all.imports++
	want := exitDone
	if slices.ContainsFunc(p.people, (*person).wrong) {
		want = exitRejected
	}
	require.Equalf(t, want, code, "import of %s\n%s\n%s", filepath.Base(path), stdout.String(), stderr.String())
	for _, name := range p.answered() {
		if !slices.Contains(before, name) {
			return name
		}
	}
	require.FailNowf(t, "no answered file", "import of %s\n%s\n%s", filepath.Base(path), stdout.String(), stderr.String())
	return ""
}

// answered are the answered files that there are.
func (p *trip) answered() []string {
	names, err := filepath.Glob(filepath.Join(p.dir, "*.answered*"))
	require.NoError(p.t, err)
	return names
}

// theRow finds by which row a note was made.
var theRow = regexp.MustCompile(`^row (\d+):`)

// paper is a file that a person has open: a table whose first row is the header.
type paper interface {
	table() [][]string
	notes() map[[2]int]string // by row and column of the table, from 0
	put(row, column int, c cell)
	add(cells []cell)
	blank(before int)
	remove(row int)
	order(rows []int) // of the table without its header: what stands first, second ...
	save(path string)
}

func (p *trip) openPaper(path string) paper {
	if p.book {
		return openBook(p.t, path, len(p.title))
	}
	return openText(p.t, path, p.dialect, len(p.title))
}

// read reads the rows of an answered file.
func (p *trip) read(path string) []*answeredRow { return p.lines(p.openPaper(path)) }

func (p *trip) lines(of paper) []*answeredRow {
	table, notes := of.table(), of.notes()
	places := map[string]int{}
	for i, name := range table[0] {
		if strings.HasPrefix(name, sheet.ColumnOpen) {
			name = sheet.ColumnOpen
		}
		places[name] = i
	}
	at := func(row []string, name string) string {
		i, ok := places[name]
		require.Truef(p.t, ok, "no column %s", name)
		if i >= len(row) {
			return ""
		}
		return row[i]
	}
	var out []*answeredRow
	for r := 1; r < len(table); r++ {
		row := table[r]
		if strings.Join(row, "") == "" {
			continue
		}
		m := theRow.FindStringSubmatch(at(row, colNotes))
		require.NotEmptyf(p.t, m, "row %d is nobody's: %q", r, row)
		n, _ := strconv.Atoi(m[1]) // digits
		l := &answeredRow{at: r, person: p.people[n-1], notes: map[string]string{},
			result: at(row, sheet.ColumnResult), todo: at(row, sheet.ColumnToDo), open: at(row, sheet.ColumnOpen)}
		for _, name := range p.columns {
			if note, ok := notes[[2]int{r, places[name]}]; ok {
				l.notes[name] = note
			}
		}
		out = append(out, l)
	}
	return out
}

// store gives the customers of the target that rows made, by the number of the row.
func (p *trip) store() map[int][]map[string]any {
	var all map[string]map[string]any
	require.NoError(p.t, p.box.ask("GET", "/_sim/snapshot?stream=customers", nil, &all))
	out := map[int][]map[string]any{}
	for _, c := range all {
		notes, _ := c["notes"].(string)
		if m := theRow.FindStringSubmatch(notes); m != nil {
			n, _ := strconv.Atoi(m[1])                    // digits
			if id, ok := c["tax_rate_id"].(float64); ok { // numbers of JSON
				c["tax_rate_id"] = strconv.FormatFloat(id, 'f', -1, 64)
			}
			out[n] = append(out[n], c)
		}
	}
	return out
}
