package filesink

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// maxWorkers bounds the workers of one pass, and with them the memory.
const maxWorkers = 8

// Set is a published set.
type Set struct {
	Path     string // the set's folder
	Manifest Manifest
	// LinkErr says why the link `latest` could not be set; nil where it was, and
	// where there are no links (Windows). The set is published all the same.
	LinkErr error
}

// Publish writes one set with all tables in all formats and makes it the latest.
// Whatever happens, the set before stays as it is until the new one is complete
// and durable. Errors are *FileError, *ConfigError, *MiscountError, the
// source's, or the context's.
func Publish(ctx context.Context, cfg Config) (*Set, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	now := time.Now
	if cfg.Now != nil {
		now = cfg.Now
	}
	at := now()
	d, err := newDraft(cfg.Dir, cfg.Job, at)
	if err != nil {
		return nil, err
	}
	if cfg.Finished.IsZero() {
		cfg.Finished = at
	}
	m, err := writeSet(ctx, cfg, d)
	if err != nil {
		d.abandon()
		return nil, err
	}
	path, linkErr, err := d.publish()
	if err != nil {
		d.abandon()
		return nil, err
	}
	d.prune(cfg.Keep)
	d.unlock()
	return &Set{Path: path, Manifest: m, LinkErr: linkErr}, nil
}

func (cfg *Config) check() error {
	if err := checkName("the job's name", cfg.Job); err != nil {
		return err
	}
	if cfg.Dir == "" || len(cfg.Formats) == 0 {
		return &ConfigError{"give a folder (export.dir) and at least one of export.formats"}
	}
	seen := map[string]bool{}
	for _, f := range cfg.Formats {
		if f != Parquet && f != Excel && f != CSV || seen[string(f)] {
			return &ConfigError{fmt.Sprintf("export.formats: %q is unknown or there twice; give parquet, excel or csv", f)}
		}
		seen[string(f)] = true
	}
	clear(seen)
	if len(cfg.Tables) == 0 {
		return &ConfigError{"no stream is to be exported: name one in source.streams"}
	}
	for _, t := range cfg.Tables {
		if err := checkName("the stream's name", t.Name); err != nil {
			return err
		}
		if lower := strings.ToLower(t.Name); seen[lower] {
			return &ConfigError{fmt.Sprintf("two streams are called %q", t.Name)}
		} else {
			seen[lower] = true
		}
	}
	return nil
}

func (cfg *Config) wants(f Format) bool {
	for _, g := range cfg.Formats {
		if g == f {
			return true
		}
	}
	return false
}

// writeSet fills the draft: tables, workbook, manifest.
func writeSet(ctx context.Context, cfg Config, d *draft) (Manifest, error) {
	m := Manifest{
		Version: cfg.Version, Job: cfg.Job, Run: cfg.Run, Account: cfg.Account.ID, Requests: cfg.Requests,
		Started: cfg.Started.UTC(), Finished: cfg.Finished.UTC(), Streams: []ManifestStream{}, Files: []ManifestFile{},
	}
	w := &tables{cfg: cfg, dir: d.path}
	w.env = environment{
		account: cfg.Account.ID, zone: cfg.Zone, bom: cfg.BOM, labels: cfg.wants(CSV) || cfg.wants(Excel),
		workers: min(runtime.GOMAXPROCS(0), maxWorkers), sheetRows: sheetRows, sheetColumns: sheetColumns,
	}
	if cfg.wants(Excel) {
		book, err := newWorkbook(filepath.Join(d.path, cfg.Job+".xlsx"))
		if err != nil {
			return m, err
		}
		defer book.abandon()
		w.book = book
	}
	for _, t := range cfg.Tables {
		s, err := w.write(ctx, t)
		if err != nil {
			return m, err
		}
		m.Streams = append(m.Streams, s)
	}
	if w.book != nil {
		file, err := w.book.finish(cfg.Job+".xlsx", w.env.sheetRows-1)
		if err != nil {
			return m, err
		}
		m.Files = append(m.Files, file)
	}
	return m, writeManifest(d.path, m)
}

func writeManifest(dir string, m Manifest) error {
	out, err := createFile(filepath.Join(dir, ManifestName))
	if err != nil {
		return err
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(m); err != nil {
		out.abandon()
		return fmt.Errorf("manifest: %w", err)
	}
	_, err = out.finish(ManifestName, 0)
	return err
}
