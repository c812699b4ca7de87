package sheet

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/grid"
)

func TestAChildThatFailsIsToldInWords(t *testing.T) {
	path := textFile(t, "Name;City", "Anna;Lyon")
	cases := map[string]struct {
		word  string
		cause grid.Cause
		why   string
		total time.Duration
	}{
		"silent":            {childSilent, grid.Stalled, "nothing came for 150ms", time.Minute},
		"over its time":     {childSilent, grid.Stalled, "longer than 100ms", 100 * time.Millisecond},
		"dead":              {childDead, grid.Broken, "ended in the middle", time.Minute},
		"out of its memory": {childHungry, grid.Stalled, "more than 32 MiB of memory", time.Minute},
		"nonsense":          {childLiar, grid.Broken, "makes no sense", time.Minute},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			l := grid.DefaultLimits()
			l.Total, l.Memory = c.total, 32<<20
			if c.word == childSilent {
				l.Idle = 150 * time.Millisecond
			}
			start := time.Now()
			_, err := Open(t.Context(), path, Options{Limits: l, Child: []string{os.Args[0], c.word}})
			refusal := refused(t, err)
			assert.Equal(t, c.cause, refusal.Cause)
			assert.Contains(t, refusal.Why, c.why)
			assert.Equal(t, "customers.csv", refusal.File)
			assert.Less(t, time.Since(start), 20*time.Second)
		})
	}
}

// manyLines is a text file of so many rows.
func manyLines(t *testing.T, rows int) string {
	t.Helper()
	lines := []string{"Number;Name;City"}
	for i := range rows {
		lines = append(lines, strconv.Itoa(i)+";Anna "+strconv.Itoa(i)+";Lyon")
	}
	return textFile(t, lines...)
}

func TestCancelWorksAtOnceAndTheBookCanBeReadAgain(t *testing.T) {
	b := openFile(t, manyLines(t, 20_000), nil)
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	_, err := b.read(ctx, 0, false, want{}, func(*grid.Row) error {
		if n++; n == 100 {
			cancel()
		}
		return ctx.Err()
	})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 100, n)

	stop := errors.New("enough")
	_, err = b.read(t.Context(), 0, false, want{}, func(*grid.Row) error { return stop })
	require.ErrorIs(t, err, stop)

	n = 0
	tail, err := b.read(t.Context(), 0, false, want{}, func(*grid.Row) error { n++; return nil })
	require.NoError(t, err)
	assert.Equal(t, 20_001, n)
	assert.Equal(t, 20_001, tail.Rows)
}

func TestOneChildServesManyRequests(t *testing.T) {
	b := openFile(t, manyLines(t, 2_000), nil)
	process := b.src.(*child).process
	for range 3 {
		n := 0
		_, err := b.src.Rows(t.Context(), 0, want{Head: 7}, func(*grid.Row) error { n++; return nil })
		require.NoError(t, err)
		assert.Equal(t, 7, n)
	}
	assert.Same(t, process, b.src.(*child).process)
}

func TestTheChildGivesWhatThisProcessReads(t *testing.T) {
	path := manyLines(t, 3_000)
	read := func(o Options) (rows []grid.Row) {
		b, err := Open(t.Context(), path, o)
		require.NoError(t, err)
		defer func() { assert.NoError(t, b.Close()) }()
		_, err = b.read(t.Context(), 0, false, want{}, func(r *grid.Row) error {
			rows = append(rows, keep(r))
			return nil
		})
		require.NoError(t, err)
		return rows
	}
	assert.Equal(t, read(Options{}), read(Options{Child: childOfTests()}))
}

func TestTheCopyIsGoneAfterClose(t *testing.T) {
	dir := t.TempDir()
	b, err := Open(t.Context(), manyLines(t, 2), Options{Dir: dir, Child: childOfTests()})
	require.NoError(t, err)
	info, err := os.Stat(b.File().Path)
	require.NoError(t, err)
	assert.EqualValues(t, 0o600, info.Mode().Perm())
	require.NoError(t, b.Close())
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestTheChildKnowsNoSecretOfOurs(t *testing.T) {
	t.Setenv("SYNCRO_TOKEN", "secret")
	for _, line := range childEnvironment() {
		assert.NotContains(t, line, "secret")
	}
}

// exampleRows are rows with all that a row and a cell can have.
func exampleRows() []grid.Row {
	return []grid.Row{
		{Number: 1, Fields: 2, Line: 3, Fault: "a quote is not closed", Cells: []grid.Cell{{Kind: grid.Text, Raw: "a", Text: "a", Flags: grid.Quoted}}},
		{Number: 70_000, Hidden: true, Level: 3, Cells: []grid.Cell{
			{}, {Kind: grid.Date, Raw: "45000", Text: "2023-03-15", Format: "dd/mm/yyyy", Fill: "FF0000"},
			{Kind: grid.Number, Raw: "1234", Text: "01234", Format: "00000", Flags: grid.Padded | grid.Leap},
		}},
		{Number: 70_001},
	}
}

func TestBatchesGiveBackWhatWentIn(t *testing.T) {
	var out bytes.Buffer
	w := newBatchWriter(&frameWriter{out: &out})
	var sent []grid.Row
	for range 2_000 {
		for _, row := range exampleRows() {
			require.NoError(t, w.add(&row))
			sent = append(sent, keep(&row))
		}
	}
	require.NoError(t, w.flush())
	in := newFrameReader(&out)
	var r batchReader
	var row grid.Row
	var got []grid.Row
	for {
		f, err := in.read(nil)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		require.NoError(t, eachRow(&r, f.payload, &row, func(row *grid.Row) error {
			got = append(got, keep(row))
			return nil
		}))
	}
	require.Len(t, got, len(sent))
	for i := range sent {
		require.Equal(t, sent[i].Number, got[i].Number)
		require.ElementsMatch(t, sent[i].Cells, got[i].Cells)
		sent[i].Cells, got[i].Cells = nil, nil
		require.Equal(t, sent[i], got[i])
	}
}

func TestAFrameOverTheBoundIsRefusedBeforeItIsSent(t *testing.T) {
	w := &frameWriter{out: io.Discard}
	half := make([]byte, maxFrame/2+1)
	assert.Equal(t, grid.TooLarge, refused(t, w.write(frameTail, half, half)).Cause)
}

func FuzzBatch(f *testing.F) {
	var out bytes.Buffer
	w := newBatchWriter(&frameWriter{out: &out})
	for _, row := range exampleRows() {
		_ = w.add(&row)
	}
	_ = w.flush()
	f.Add(out.Bytes())
	f.Add([]byte("b\x04\x00\x00\x00\x03\x00\x01\x05"))
	f.Fuzz(func(t *testing.T, data []byte) {
		in := newFrameReader(bytes.NewReader(data))
		var r batchReader
		var row grid.Row
		for {
			frame, err := in.read(nil)
			if err != nil {
				return
			}
			n := 0
			err = eachRow(&r, frame.payload, &row, func(row *grid.Row) error {
				if n++; n > 1<<20 {
					return io.ErrShortBuffer
				}
				require.LessOrEqual(t, len(row.Cells), len(frame.payload))
				return nil
			})
			if err != nil {
				return
			}
		}
	})
}

func FuzzStamp(f *testing.F) {
	f.Add(Stamp{Import: "i", Key: "a b", Hash: 7, Done: true}.String())
	f.Add("ferry1 i 000000000000002a open x")
	f.Add("ferry1 i 000000000000002a held -")
	f.Fuzz(func(t *testing.T, text string) {
		s, ok := ParseStamp(text)
		if !ok {
			return
		}
		again, ok := ParseStamp(s.String())
		require.True(t, ok)
		assert.Equal(t, s, again)
	})
}

func FuzzMark(f *testing.F) {
	f.Add("kind", "template", "field", "Name", "name")
	f.Add("header", "x", "", "", "")
	f.Fuzz(func(t *testing.T, a, b, c, d, e string) {
		m, ok := ParseMark([][]string{{"ferry", "1"}, {a, b}, {c, d, e}, {"kind", "answer"}})
		if !ok {
			return
		}
		again, ok := ParseMark(m.Rows())
		require.True(t, ok)
		assert.Equal(t, m, again)
	})
}
