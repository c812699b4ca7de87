package load_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
)

// mostCannot is how many rows of the matrix may be without a test that plays them.
const mostCannot = 10

// faultRow is one row of the matrix of load-time faults.
type faultRow struct {
	id    string // L1
	title string // words of the row
	play  func(c *faultPlay)
	// cannot names the feature that no vendor here has, so that the row cannot be
	// played; play then proves from the specs that none has it.
	cannot string
}

// faultRows are all rows, in the order of the matrix.
func faultRows() []faultRow {
	return slices.Concat(lostRows(), lostBatchRows(), refusalRows(), refusalLimitRows(), wrongRows(), wrongMatchRows(), familyRows(), ownRows(), ownRunRows())
}

// faultPlay is a row being played.
type faultPlay struct {
	*testing.T
	seen   []string
	judged int
}

// saw notes what was seen, for the table.
func (c *faultPlay) saw(format string, args ...any) {
	c.seen = append(c.seen, fmt.Sprintf(format, args...))
}

// faultSeen is what became of the rows.
type faultSeen struct {
	mu   sync.Mutex
	rows map[string]string // line of the table by row
}

func (f *faultSeen) note(row faultRow, c *faultPlay) {
	verdict := "holds"
	switch {
	case c.Failed():
		verdict = "FAILS"
	case row.cannot != "":
		verdict = "cannot apply"
		c.saw("missing: %s", row.cannot)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rows[row.id] = fmt.Sprintf("%-4s %-12s %s: %s", row.id, verdict, row.title, strings.Join(c.seen, "; "))
}

// Every row of the matrix is played through plan and apply, and verify and undo
// where it is about them, with the real stage, client and sink, against a vendor
// that does what the row says. Its end is one judge: no record twice, none
// silently missing, and a ledger that equals the store.
func TestFaults(t *testing.T) {
	seen := &faultSeen{rows: map[string]string{}}
	t.Run("rows", func(t *testing.T) {
		for _, row := range faultRows() {
			t.Run(row.id+" "+row.title, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					c := &faultPlay{T: t}
					defer seen.note(row, c)
					row.play(c)
					if row.cannot == "" {
						require.Positive(t, c.judged, "the judge was asked")
					}
					require.NotEmpty(t, c.seen, "the row says what was seen")
				})
			})
		}
	})
	var table strings.Builder
	for _, row := range faultRows() {
		if line, ok := seen.rows[row.id]; ok {
			table.WriteString(line + "\n")
		}
	}
	t.Logf("the fault matrix:\n%s", table.String())
}

// matrixRow finds the rows of the matrix: their names and the words of the first
// column.
var matrixRow = regexp.MustCompile(`(?m)^\| ([LRAFO]\d+) \| ([^|]+) \|`)

// Every row of the matrix has one test that is called by its words, and at most a
// few cannot be played.
func TestFaultMatrixIsWhole(t *testing.T) {
	rows := map[string]faultRow{}
	cannot := 0
	for _, row := range faultRows() {
		require.NotContains(t, rows, row.id, "one test a row")
		rows[row.id] = row
		if row.cannot != "" {
			cannot++
		}
	}
	assert.Len(t, rows, 87)
	assert.LessOrEqual(t, cannot, mostCannot)
	text, err := os.ReadFile(matrixFile(t))
	if os.IsNotExist(err) {
		t.Skip("the folder ../shared with the matrix is not here, so the rows are not held against it")
	}
	require.NoError(t, err)
	found := matrixRow.FindAllStringSubmatch(string(text), -1)
	assert.Len(t, found, 87)
	for _, m := range found {
		row, ok := rows[m[1]]
		if assert.Truef(t, ok, "row %s of the matrix has no test", m[1]) {
			assert.Containsf(t, strings.ReplaceAll(m[2], "`", ""), row.title, "%s is called by other words than its row", m[1])
		}
	}
}

// matrixFile is where the matrix lies: beside the repository.
func matrixFile(t *testing.T) string {
	dir, err := os.Getwd()
	require.NoError(t, err)
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "..", "shared", "load-faults.md")
		}
		up := filepath.Dir(dir)
		require.NotEqual(t, up, dir, "no go.mod above the package")
		dir = up
	}
}

// shippedVendors are those whose specs come with Ferry.
var shippedVendors = []string{"synchroteam", "syncro", "sonar", "customerly"}

// everyCall gives every call that writes, of all four vendors.
func everyCall(t testing.TB, fn func(vendor, stream string, w *connector.Writes, c *connector.WriteCall)) {
	t.Helper()
	n := 0
	for _, vendor := range shippedVendors {
		spec, err := connector.Load(vendor)
		require.NoError(t, err)
		for _, s := range spec.Streams {
			w := s.Writes
			if w == nil {
				continue
			}
			calls := []*connector.WriteCall{w.Create, w.Update, w.Delete, w.Undelete}
			if w.Upsert != nil {
				calls = append(calls, &w.Upsert.WriteCall)
			}
			for i := range w.Actions {
				calls = append(calls, &w.Actions[i].WriteCall)
			}
			for _, call := range calls {
				if call != nil {
					n++
					fn(vendor, s.Name, w, call)
				}
			}
		}
	}
	require.Greater(t, n, 20, "the specs have calls that write")
}
