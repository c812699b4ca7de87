package job

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const theKey = "s3cr3t-value"

// environment knows one key and nothing else.
func environment(names ...string) Env {
	return Env{
		Lookup: func(name string) (string, bool) {
			for _, n := range append(names, "SYNCHROTEAM_API_KEY") {
				if n == name {
					return theKey, true
				}
			}
			return "", false
		},
		Keychain: func(name string) (string, error) {
			if name == "synchroteam" {
				return theKey, nil
			}
			return "", errors.New("locked")
		},
	}
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

const head = `version: 1
source:
  vendor: synchroteam
  settings: {domain: mycompany, api_key: "${SYNCHROTEAM_API_KEY}"}
`

func TestTheSmallestJobHasTheDefaultsOfTheContract(t *testing.T) {
	path := write(t, "nightly.yaml", head)
	j, err := Load(path, Options{Env: environment(), Source: true})
	require.NoError(t, err)
	dir := filepath.Dir(path)
	assert.Equal(t, "nightly", j.Name)
	assert.Equal(t, filepath.Join(dir, "nightly.stage"), j.Stage)
	assert.Nil(t, j.Export)
	assert.Nil(t, j.Target)
	s := j.Source
	assert.Equal(t, s.Spec.Readable(), s.Streams)
	assert.Empty(t, s.Details)
	assert.Equal(t, 16, s.Connections)
	assert.Equal(t, int64(64<<20), s.MaxBody)
	assert.True(t, s.Incremental)
	assert.Equal(t, 7*24*time.Hour, s.Sweep)
	assert.Zero(t, s.Limit)
	assert.Equal(t, Budget{}, s.Budget)
	key, ok := s.Values.Lookup("api_key")
	assert.True(t, ok)
	assert.Equal(t, theKey, key)
}

func TestEveryKeyOfTheContractIsRead(t *testing.T) {
	target, err := filepath.Abs("testdata/vendor/target.yaml")
	require.NoError(t, err)
	path := write(t, "all.yaml", `version: 1
name: nightly-synchroteam
title: Customers and jobs of Synchroteam
about: every night
source:
  vendor: synchroteam
  settings: {domain: mycompany, api_key: "${SYNCHROTEAM_API_KEY}", zone: Europe/Paris}
  base_url: https://ws.synchroteam.com/api/v3
  streams: [customer, site, equipment, job]
  details: [job, job.report, job.photos]
  filters: {job: {dateFrom: 2024-01-01}}
  limit: 500
  keys: {customer: ids.csv}
  connections: 8
  max_body: 1MiB
  incremental: false
  sweep: 36h
  budget: {rate: 20/10s, quota: 5000/day, reserve: 10%, when_spent: wait}
stage: ./nightly.stage
export:
  dir: ./out
  formats: [parquet, excel, csv]
  csv: {bom: true}
mapping: synchroteam-to-syncro
target:
  vendor: `+target+`
  settings: {token: "${POSTBOX_TOKEN}"}
  base_url: https://eu.postbox.example.com/v1
  budget: {rate: 30/min}
  effects: [welcome_mail]
  approve: auto
  allow: [final, deletes]
  max_failures: 5%
  files: folder
  files_at: {dir: ./files, url: https://files.example.com/x}
  crosswalk: ./acme.crosswalk
`)
	j, err := Load(path, Options{Env: environment("POSTBOX_TOKEN"), Source: true, Target: true})
	require.NoError(t, err)
	dir := filepath.Dir(path)
	assert.Equal(t, "Customers and jobs of Synchroteam", j.Title)
	assert.Equal(t, filepath.Join(dir, "nightly.stage"), j.Stage)
	assert.Equal(t, &Export{Dir: filepath.Join(dir, "out"), Formats: []string{"parquet", "excel", "csv"}, BOM: true}, j.Export)
	assert.Equal(t, "synchroteam-to-syncro", j.Mapping)
	s := j.Source
	assert.Equal(t, []string{"customer", "site", "equipment", "job"}, s.Streams)
	assert.Equal(t, []string{"job", "job.report", "job.photos"}, s.Details)
	require.Len(t, s.Filters["job"], 1)
	assert.Equal(t, "dateFrom", s.Filters["job"][0].Name)
	assert.Equal(t, Budget{Rate: connector.Limit{Requests: 20, Per: 10 * time.Second},
		Quota: connector.Limit{Requests: 5000, Per: 24 * time.Hour}, Reserve: 0.1, Wait: true}, s.Budget)
	assert.Equal(t, 36*time.Hour, s.Sweep)
	assert.False(t, s.Incremental)
	require.NotNil(t, j.Target)
	assert.Equal(t, Failures{Share: 0.05}, j.Target.MaxFailures)
	assert.Equal(t, "auto", j.Target.Approve)
	assert.Equal(t, []string{"welcome_mail"}, j.Target.Effects)
	assert.Equal(t, []string{"final", "deletes"}, j.Target.Allow)
	assert.Equal(t, "folder", j.Target.Files)
	assert.Equal(t, "https://eu.postbox.example.com/v1", j.Target.BaseURL)
	assert.Equal(t, connector.Limit{Requests: 30, Per: time.Minute}, j.Target.Budget.Rate)
	token, _ := j.Target.Values.Lookup("token")
	assert.Equal(t, theKey, token)
	assert.Equal(t, map[string]Keys{"customer": {File: filepath.Join(dir, "ids.csv")}}, s.Keys)
	assert.Equal(t, filepath.Join(dir, "acme.crosswalk"), j.Target.Crosswalk)
	assert.Equal(t, filepath.Join(dir, "files"), j.Target.FilesAt.Dir)
}

// TestATargetHasTheDefaultsOfTheContract: nothing reaches people, and nothing is
// applied, that the job does not name.
func TestATargetHasTheDefaultsOfTheContract(t *testing.T) {
	target, err := filepath.Abs("testdata/vendor/target.yaml")
	require.NoError(t, err)
	path := write(t, "j.yaml", head+"mapping: ./mine.yaml\nexport: {dir: out, mapping: ./mine.yaml}\ntarget:\n  vendor: "+target+
		"\n  settings: {token: '${POSTBOX_TOKEN}'}\n")
	j, err := Load(path, Options{Env: environment(), Source: true})
	require.NoError(t, err, "the target's secret may be missing where nobody asks")
	assert.Equal(t, filepath.Join(filepath.Dir(path), "mine.yaml"), j.Mapping)
	assert.Equal(t, j.Mapping, j.Export.Mapping)
	x := j.Target
	assert.Equal(t, "ask", x.Approve)
	assert.Equal(t, "attach", x.Files)
	assert.Empty(t, x.Effects)
	assert.Empty(t, x.Allow)
	assert.Empty(t, x.Crosswalk)
	assert.Nil(t, x.FilesAt)
	assert.Zero(t, x.MaxFailures)
	_, ok := x.Values.Lookup("token")
	assert.False(t, ok)

	_, err = Load(path, Options{Env: environment(), Source: true, Target: true})
	require.ErrorContains(t, err, "POSTBOX_TOKEN is not set")
}

// TestKeysComeFromFilesAndStages: paths count from the job file, and a stream
// without a list is read once it has keys.
func TestKeysComeFromFilesAndStages(t *testing.T) {
	vendor, err := filepath.Abs("testdata/vendor/reader.yaml")
	require.NoError(t, err)
	path := write(t, "j.yaml", "")
	dir := filepath.Dir(path)
	for text, want := range map[string]Keys{
		"phones.csv":        {File: filepath.Join(dir, "phones.csv")},
		"{file: ../p.xlsx}": {File: filepath.Join(filepath.Dir(dir), "p.xlsx")},
		"{file: p.xlsx, column: Phone, sheet: All}": {File: filepath.Join(dir, "p.xlsx"), Column: "Phone", Sheet: "All"},
		"{stage: o.stage, stream: s, field: a.b}":   {Stage: filepath.Join(dir, "o.stage"), Stream: "s", Field: "a.b"},
	} {
		job := "version: 1\nsource:\n  vendor: " + vendor + "\n  settings: {token: '${LEAK}'}\n  keys: {person: " + text + "}\n"
		require.NoError(t, os.WriteFile(path, []byte(job), 0o600))
		j, err := Load(path, Options{Env: environment("LEAK"), Source: true})
		require.NoError(t, err, text)
		assert.Equal(t, map[string]Keys{"person": want}, j.Source.Keys)
		assert.Equal(t, []string{"person", "tag", "city"}, j.Source.Streams)
	}
}

func TestASheetSource(t *testing.T) {
	path := write(t, "sheet.yaml", `version: 1
source: {files: customers.xlsx, sheet: Customers, key: [Number], missing: report}
`)
	j, err := Load(path, Options{})
	require.NoError(t, err)
	assert.Equal(t, &Sheet{Files: []string{filepath.Join(filepath.Dir(path), "customers.xlsx")}, Name: "Customers",
		Key: []string{"Number"}, Missing: "report"}, j.Source.Sheet)
}

func TestSecretsComeFromVariablesFilesAndTheKeychain(t *testing.T) {
	path := write(t, "j.yaml", "")
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(path), "key.txt"), []byte(theKey+"\r\n"), 0o600))
	for _, from := range []string{"${SYNCHROTEAM_API_KEY}", "${file:key.txt}", "${keychain:synchroteam}"} {
		t.Run(from, func(t *testing.T) {
			text := strings.Replace(head, "${SYNCHROTEAM_API_KEY}", from, 1)
			require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
			j, err := Load(path, Options{Env: environment(), Source: true})
			require.NoError(t, err)
			key, _ := j.Source.Values.Lookup("api_key")
			assert.Equal(t, theKey, key)
		})
	}
}

func TestSecretsMayBeMissingWhereNobodyAsks(t *testing.T) {
	path := write(t, "j.yaml", head)
	j, err := Load(path, Options{})
	require.NoError(t, err)
	_, ok := j.Source.Values.Lookup("api_key")
	assert.False(t, ok)
	domain, _ := j.Source.Values.Lookup("domain")
	assert.Equal(t, "mycompany", domain)
}

func TestADollarIsWrittenTwice(t *testing.T) {
	path := write(t, "j.yaml", strings.Replace(head, "version: 1", "version: 1\ntitle: costs 5 $$", 1))
	j, err := Load(path, Options{})
	require.NoError(t, err)
	assert.Equal(t, "costs 5 $", j.Title)
}

func TestAMissingFileIsAnOpenError(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "none.yaml"), Options{})
	_, ok := errors.AsType[*OpenError](err)
	assert.True(t, ok)
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

// Every bad file of testdata has its complaints beside it: all of them at once,
// with place and what to do.
func TestBadFilesAreNamedWithPlaceAndNextStep(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	t.Chdir("testdata")
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			_, err := Load(name, Options{Env: environment("LEAK"), Source: true})
			require.Error(t, err)
			got := err.Error() + "\n"
			assert.NotContains(t, got, theKey, "a resolved placeholder was repeated")
			golden := strings.TrimSuffix(name, ".yaml") + ".txt"
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
		})
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(head)
	f.Add("version: 1\nsource: {files: [a, b], key: x}\n")
	f.Add(head + "  keys: {customer: {stage: a, stream: b, field: c}, site: x.csv, job: {file: y, column: z}}\ntarget: {effects: x}\n")
	f.Add("version: 1\nsource: {vendor: '${X', budget: {rate: 1/0s}}\n")
	path := filepath.Join(f.TempDir(), "fuzz.yaml")
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		j, err := Load(path, Options{Env: environment(), Source: true})
		if (j == nil) == (err == nil) {
			t.Fatalf("job %v with error %v", j, err)
		}
		if err != nil && strings.Contains(err.Error(), theKey) && !strings.Contains(text, theKey) {
			t.Fatalf("the secret is in the complaint: %v", err)
		}
	})
}
