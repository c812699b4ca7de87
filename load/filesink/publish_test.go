package filesink

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
	"ferry/extract/stage"
)

func TestManifestIsTheContract(t *testing.T) {
	of := record.Field{Kind: record.Object, Fields: []record.Field{text("id"), {Name: "n", Kind: record.Integer}}}
	fields := []record.Field{
		text("id"), {Name: "at", Kind: record.DateTime}, {Name: "changed", Kind: record.DateTime, UTC: true},
		{Name: "values", Kind: record.Custom}, {Name: "parts", Kind: record.List, Of: &of}, {Name: "day", Kind: record.Date},
		{Name: "clock", Kind: record.Time}, {Name: "price", Kind: record.Decimal}, {Name: "photo", Kind: record.File},
	}
	records := rows(`{"id":"1","parts":[{"n":"x"}]}`, `{"id":true}`, `{"id":"3"}`)
	records[2].Deleted = true
	cfg := config(t, fields, staged(records...))
	cfg.Tables[0].Complete = stage.Certificate{
		Proof: stage.ProofOrder, AsOf: syncedAt, StartTotal: 3, EndTotal: 3, Pages: 2, Distinct: 3, Text: "proven by order",
	}
	set := publish(t, cfg)
	content, err := os.ReadFile(filepath.Join(set.Path, ManifestName))
	require.NoError(t, err)
	for _, f := range append(set.Manifest.Streams[0].Files, set.Manifest.Files...) {
		file, err := os.ReadFile(filepath.Join(set.Path, filepath.FromSlash(f.Path)))
		require.NoError(t, err)
		sum := sha256.Sum256(file)
		assert.Equal(t, hex.EncodeToString(sum[:]), f.SHA256, f.Path)
		assert.EqualValues(t, len(file), f.Bytes, f.Path)
		content = []byte(strings.Replace(string(content), f.SHA256, "<sum of "+f.Path+">", 1))
	}
	var shown map[string]any
	require.NoError(t, json.Unmarshal(content, &shown))
	golden, err := os.ReadFile("testdata/manifest.json")
	require.NoError(t, err)
	var want map[string]any
	require.NoError(t, json.Unmarshal(golden, &want))
	dropSizes(shown)
	assert.Equal(t, want, shown, string(content))
}

// dropSizes takes out what a new release of a library may change.
func dropSizes(manifest map[string]any) {
	files := manifest["files"].([]any)
	for _, s := range manifest["streams"].([]any) {
		files = append(files, s.(map[string]any)["files"].([]any)...)
	}
	for _, f := range files {
		delete(f.(map[string]any), "bytes")
	}
}

func TestEmptyStreamHasItsSchema(t *testing.T) {
	cfg := config(t, customerFields(), staged())
	set := publish(t, cfg)
	assert.Empty(t, readParquet(t, set, "customer"))
	f, err := os.Open(filepath.Join(set.Path, "customer", "part-0000.parquet"))
	require.NoError(t, err)
	defer f.Close()
	assert.Len(t, schemaOf(t, f).Fields(), len(set.Manifest.Streams[0].Schema))
	header, records := readCSV(t, set, "customer")
	assert.Contains(t, header, "position.latitude")
	assert.Empty(t, records)
	book := openBook(t, set)
	sheet, err := book.GetRows("customer")
	require.NoError(t, err)
	require.Len(t, sheet, 1)
	assert.Equal(t, header, sheet[0])
	assert.Equal(t, stage.ProofNone, set.Manifest.Streams[0].Complete.Proof)
}

func TestEveryFormatTellsTheSame(t *testing.T) {
	const n = 300
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	cfg := config(t, customerFields(), customers(n).times(1))
	cfg.Zone = paris
	told := 0
	cfg.OnProgress = func(_ string, rows int) { told = rows }
	set := publish(t, cfg)
	assert.Equal(t, n, told)
	assert.Equal(t, n, set.Manifest.Streams[0].Rows)
	inParquet := readParquet(t, set, "customer")
	header, inCSV := readCSV(t, set, "customer")
	require.Len(t, inParquet, n)
	require.Len(t, inCSV, n)
	sheet, err := openBook(t, set).GetRows("customer")
	require.NoError(t, err)
	require.Len(t, sheet, n+1)
	assert.Equal(t, header, sheet[0])
	for i, p := range inParquet {
		c := inCSV[i]
		assert.EqualValues(t, i, p["id"])
		for _, name := range []string{"name", "addressZIP", "contactPhone", "contactFax", "publicLink"} {
			require.Equal(t, p[name], c[name], name)
			at := indexOf(header, name)
			require.Equal(t, c[name], sheet[i+1][at], name)
		}
		local, err := time.Parse("2006-01-02 15:04:05", c["dateCreated"])
		require.NoError(t, err)
		require.Equal(t, local.UnixMicro(), p["dateCreated"])
		if c["dateCreated_utc"] == "" {
			require.Nil(t, p["dateCreated_utc"])
		} else {
			instant, err := time.Parse(time.RFC3339, c["dateCreated_utc"])
			require.NoError(t, err)
			require.Equal(t, instant.UnixMicro(), p["dateCreated_utc"])
			require.Equal(t, c["dateCreated"], instant.In(paris).Format("2006-01-02 15:04:05"))
		}
		require.JSONEq(t, c["tags"], compact(t, p["tags"]))
		custom := p["custom"].(map[string]any)
		require.Len(t, custom, 2)
		require.Equal(t, c["custom.Zone"], string(*custom["Zone"].(*[]byte)))
	}
}

func indexOf(list []string, s string) int {
	for i, v := range list {
		if v == s {
			return i
		}
	}
	return -1
}

// TestEqualRecordsGiveEqualFiles cuts the same records into other pages, as a
// stage does that was filled on another day.
func TestEqualRecordsGiveEqualFiles(t *testing.T) {
	records := make([][]byte, 20000)
	for i := range records {
		records[i] = fmt.Appendf(nil, `{"id":%d,"name":"n%d","addressCity":"c%d"}`, i, i, i%9)
	}
	sums := map[string]bool{}
	for _, size := range []int{100, 37, 20000} {
		cfg := config(t, customerFields(), newPages(records, size).times(1))
		cfg.Formats = []Format{Parquet, CSV}
		files := publish(t, cfg).Manifest.Streams[0].Files
		require.Len(t, files, 3, "two parts and a CSV file")
		all := ""
		for _, f := range files {
			all += f.SHA256
		}
		sums[all] = true
	}
	assert.Len(t, sums, 1)
}

func TestLabelThatTheSampleDidNotHave(t *testing.T) {
	records := make([][]byte, sampleRows+2000)
	for i := range records {
		records[i] = []byte(`{"customFieldValues":[{"label":"Zone","value":"N"}]}`)
	}
	records[len(records)-1] = []byte(`{"customFieldValues":[{"label":"=Late, \"one\"","value":"x"}]}`)
	cfg := config(t, customerFields(), newPages(records, 100).times(1))
	cfg.Formats = []Format{CSV}
	header, lines := readCSV(t, publish(t, cfg), "customer")
	assert.Equal(t, []string{`custom.=Late, "one"`, "custom.Zone"}, header[len(header)-2:])
	require.Len(t, lines, len(records))
	assert.Equal(t, "x", lines[len(lines)-1][`custom.=Late, "one"`])
}

func TestTwoInOneSecondAndWhatIsKept(t *testing.T) {
	cfg := config(t, customerFields(), staged(rows(`{"id":1}`)...))
	cfg.Formats = []Format{CSV}
	first := publish(t, cfg)
	second := publish(t, cfg)
	assert.Equal(t, "20260801T040000Z", filepath.Base(first.Path))
	assert.Equal(t, "20260801T040001Z", filepath.Base(second.Path))
	cfg.Keep = 1
	third := publish(t, cfg)
	assert.NoDirExists(t, first.Path)
	assert.DirExists(t, second.Path, "the two newest are always kept")
	latest, err := Latest(cfg.Dir, cfg.Job)
	require.NoError(t, err)
	assert.Equal(t, third.Path, latest)
	content, err := os.ReadFile(filepath.Join(cfg.Dir, cfg.Job, latestFile))
	require.NoError(t, err)
	assert.JSONEq(t, `{"set":"sets/20260801T040002Z"}`, string(content))
}

func TestLeftoversOfDeadRunsGo(t *testing.T) {
	cfg := config(t, customerFields(), staged(rows(`{"id":1}`)...))
	sets := filepath.Join(cfg.Dir, cfg.Job, setsFolder)
	dead, kept := filepath.Join(sets, ".20260731T040000Z.part"), filepath.Join(sets, ".notes.part")
	require.NoError(t, os.MkdirAll(filepath.Join(dead, "customer"), 0o777))
	require.NoError(t, os.MkdirAll(kept, 0o777))
	publish(t, cfg)
	assert.NoDirExists(t, dead)
	assert.DirExists(t, kept, "not ours")
}

func TestFailureLeavesTheOldSet(t *testing.T) {
	broken := errors.New("chunk is damaged")
	for name, c := range map[string]struct {
		spoil func(cfg *Config, cancel func())
		want  error
	}{
		"source fails": {func(cfg *Config, _ func()) {
			cfg.Tables[0].Rows = func(ctx context.Context, fn func(Batch) error) error {
				if err := brief(3000).times(1)(ctx, fn); err != nil {
					return err
				}
				return broken
			}
		}, broken},
		"a batch cannot be decoded": {func(cfg *Config, _ func()) {
			cfg.Tables[0].Rows = func(_ context.Context, fn func(Batch) error) error {
				return fn(Batch{Rows: 1, Decode: func(*stage.Decoder) ([]record.Staged, error) { return nil, broken }})
			}
		}, broken},
		"interrupted": {func(cfg *Config, cancel func()) {
			whole := cfg.Tables[0].Rows
			cfg.Tables[0].Rows = func(ctx context.Context, fn func(Batch) error) error { cancel(); return whole(ctx, fn) }
		}, context.Canceled},
	} {
		for _, format := range []Format{Parquet, CSV, Excel} {
			t.Run(name+" "+string(format), func(t *testing.T) {
				cfg := config(t, customerFields(), brief(3000).times(1))
				cfg.Formats = []Format{format}
				old := publish(t, cfg)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				c.spoil(&cfg, cancel)
				_, err := Publish(ctx, cfg)
				require.ErrorIs(t, err, c.want)
				assertOnly(t, cfg, old)
			})
		}
	}
}

// assertOnly checks that a set is the latest and nothing else is left.
func assertOnly(t *testing.T, cfg Config, want *Set) {
	t.Helper()
	latest, err := Latest(cfg.Dir, cfg.Job)
	require.NoError(t, err)
	assert.Equal(t, want.Path, latest)
	entries, err := os.ReadDir(filepath.Dir(want.Path))
	require.NoError(t, err)
	assert.Len(t, entries, 1)
}

func TestMiscountIsNotPublished(t *testing.T) {
	cfg := config(t, customerFields(), nil)
	pass := 0
	cfg.Tables[0].Rows = func(ctx context.Context, fn func(Batch) error) error {
		pass++
		return staged(rows(strings.Split(strings.Repeat(`{} `, pass)+"{}", " ")...)...)(ctx, fn)
	}
	_, err := Publish(t.Context(), cfg)
	var miscount *MiscountError
	require.ErrorAs(t, err, &miscount)
	assert.Equal(t, "customer", miscount.Table)
}

func TestOnePublisherAtATime(t *testing.T) {
	cfg := config(t, customerFields(), staged(rows(`{"id":1}`)...))
	inner := cfg
	cfg.Tables = []Table{{Name: "customer", Fields: customerFields(), Rows: func(ctx context.Context, fn func(Batch) error) error {
		_, err := Publish(ctx, inner)
		var busy *FileError
		if !errors.As(err, &busy) || busy.Reason != Busy {
			return errors.New("the second publisher was let in")
		}
		return nil
	}}}
	publish(t, cfg)
}

func TestFolderThatCannotBeWritten(t *testing.T) {
	cfg := config(t, customerFields(), staged())
	cfg.Dir = filepath.Join(cfg.Dir, "taken")
	require.NoError(t, os.WriteFile(cfg.Dir, nil, 0o600))
	_, err := Publish(t.Context(), cfg)
	var file *FileError
	require.ErrorAs(t, err, &file)
	assert.Contains(t, err.Error(), cfg.Dir)
	assert.Contains(t, err.Error(), "ferry export")
}

func TestWrongConfig(t *testing.T) {
	for name, spoil := range map[string]func(*Config){
		"no format":        func(c *Config) { c.Formats = nil },
		"unknown format":   func(c *Config) { c.Formats = []Format{"ods"} },
		"format twice":     func(c *Config) { c.Formats = []Format{CSV, CSV} },
		"no folder":        func(c *Config) { c.Dir = "" },
		"job is a path":    func(c *Config) { c.Job = "../x" },
		"no stream":        func(c *Config) { c.Tables = nil },
		"stream twice":     func(c *Config) { c.Tables = append(c.Tables, Table{Name: "Customer"}) },
		"stream is a path": func(c *Config) { c.Tables[0].Name = "a/b" },
	} {
		cfg := config(t, nil, staged())
		spoil(&cfg)
		_, err := Publish(t.Context(), cfg)
		var wrong *ConfigError
		require.ErrorAs(t, err, &wrong, name)
		assert.NoDirExists(t, filepath.Join(cfg.Dir, "nightly"), name)
	}
}

func TestLatestWhereThereIsNone(t *testing.T) {
	dir := t.TempDir()
	_, err := Latest(dir, "nightly")
	require.ErrorIs(t, err, ErrNoSet)
	home := filepath.Join(dir, "nightly")
	require.NoError(t, os.MkdirAll(home, 0o777))
	for _, content := range []string{`{"set": "../../etc"}`, `{"set": "sets/../.."}`, `{`, `{"set": "sets/20260801T040000Z"}`} {
		require.NoError(t, os.WriteFile(filepath.Join(home, latestFile), []byte(content), 0o666))
		_, err := Latest(dir, "nightly")
		require.Error(t, err, content)
	}
}

// TestReadersAlwaysMeetAWholeSet reads as fast as it can while sets are published.
func TestReadersAlwaysMeetAWholeSet(t *testing.T) {
	cfg := config(t, customerFields(), brief(200).times(1))
	cfg.Formats = []Format{CSV, Parquet}
	publish(t, cfg)
	ctx, stop := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for ctx.Err() == nil {
				path, err := Latest(cfg.Dir, cfg.Job)
				if !assert.NoError(t, err) || !assert.NoError(t, verify(path)) {
					return
				}
			}
		})
	}
	for range 12 {
		publish(t, cfg)
	}
	stop()
	readers.Wait()
}

// verify checks every file of a set against its manifest.
func verify(set string) error {
	content, err := os.ReadFile(filepath.Join(set, ManifestName))
	if err != nil {
		return err
	}
	var m Manifest
	if err := json.Unmarshal(content, &m); err != nil {
		return err
	}
	files := m.Files
	for _, s := range m.Streams {
		files = append(files, s.Files...)
	}
	for _, f := range files {
		content, err := os.ReadFile(filepath.Join(set, filepath.FromSlash(f.Path)))
		if err != nil {
			return err
		}
		if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != f.SHA256 {
			return fmt.Errorf("%s is not what the manifest says", f.Path)
		}
	}
	return nil
}
