package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"ferry/samples/vendorsim"
)

// buildFerry builds the binary as it is released and gives its path.
func buildFerry(ctx context.Context, dir string) (string, error) {
	path := filepath.Join(dir, "ferry")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", path, "ferry/cmd/ferry")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("cannot build ferry: %w\n%s", err, said)
	}
	return path, nil
}

// job is what a figure's job file says.
type job struct {
	Name    string
	BaseURL string
	Limit   int      // most records; 0: all
	Formats []string // empty: parquet
	File    string   // name of the job file; empty: Name.yaml
	Export  string   // folder of the sets; empty: export
}

// bureau is a folder with job files, their stages and a usage file of its own:
// what one user on one machine has.
type bureau struct {
	b   *bench
	dir string
}

// newBureau makes an empty one in the bench's temporary folder.
func (b *bench) newBureau(name string) (bureau, error) {
	dir, err := os.MkdirTemp(b.temp, name+"-")
	return bureau{b: b, dir: dir}, err
}

// write makes the job file and gives its path.
func (u bureau) write(j job) (string, error) {
	formats, file, export := j.Formats, j.File, j.Export
	if len(formats) == 0 {
		formats = []string{"parquet"}
	}
	if file == "" {
		file = j.Name + ".yaml"
	}
	if export == "" {
		export = "export"
	}
	text := fmt.Sprintf(`version: 1
name: %s
source:
  vendor: synchroteam
  base_url: %s
  settings: {domain: %s, api_key: "${SYNCHROTEAM_API_KEY}"}
  streams: [customer]
  connections: 16
stage: ./%s.stage
export: {dir: ./%s, formats: [%s]}
`, j.Name, j.BaseURL, vendorsim.DefaultDomain, j.Name, export, strings.Join(formats, ", "))
	path := filepath.Join(u.dir, file)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return "", fmt.Errorf("cannot write the job file: %w", err)
	}
	return path, nil
}

// ferry runs the binary on a job file. started may be nil.
func (u bureau) ferry(ctx context.Context, verb, jobFile string, started func(*os.Process)) (finished, error) {
	return run(ctx, command{
		Path: u.b.ferry, Args: []string{verb, jobFile}, Dir: u.dir, Started: started,
		Env: []string{
			"FERRY_USAGE=" + filepath.Join(u.dir, "usage"),
			"SYNCHROTEAM_API_KEY=" + vendorsim.DefaultAPIKey,
		},
	})
}

// set is a published set: its folder and the rows its manifest names.
type set struct {
	Dir     string
	Streams []struct {
		Rows    int `json:"rows"`
		Misfits int `json:"misfits"`
	} `json:"streams"`
}

// latest reads what the job has published last, as a stranger would: by
// latest.json alone.
func (u bureau) latest(export, jobName string) (set, error) {
	base := filepath.Join(u.dir, export, jobName)
	var pointer struct {
		Set string `json:"set"`
	}
	if err := readJSON(filepath.Join(base, "latest.json"), &pointer); err != nil {
		return set{}, fmt.Errorf("nothing was published: %w", err)
	}
	s := set{Dir: filepath.Join(base, filepath.FromSlash(pointer.Set))}
	if err := readJSON(filepath.Join(s.Dir, "_manifest.json"), &s); err != nil {
		return set{}, fmt.Errorf("the set has no manifest: %w", err)
	}
	return s, nil
}

// rows is how many rows the manifest says the only stream has.
func (s set) rows() int {
	if len(s.Streams) != 1 {
		return -1
	}
	return s.Streams[0].Rows
}

func readJSON(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// fingerprint is the hash of a file, short.
func fingerprint(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil))[:12], nil
}
