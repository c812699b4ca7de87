package report

import (
	"bufio"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ferry/extract/stage"
)

// crosswalk is crosswalk.csv in the making: old and new ids and numbers, RFC
// 4180, UTF-8. Text that a spreadsheet would take for a formula gets a leading
// apostrophe.
type crosswalk struct {
	path string
	file *os.File
	out  *bufio.Writer
}

var crosswalkColumns = []string{"stream", "old_id", "old_number", "new_stream", "new_id", "new_number", "link", "how", "since"}

func newCrosswalk(path string) (*crosswalk, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".part-")
	if err != nil {
		return nil, err
	}
	c := &crosswalk{path: path, file: f, out: bufio.NewWriter(f)}
	return c, c.row(crosswalkColumns...)
}

func (c *crosswalk) row(cells ...string) error {
	for i, text := range cells {
		if i > 0 {
			_ = c.out.WriteByte(',') // the first error stays with the writer
		}
		_, _ = c.out.WriteString(csvCell(text))
	}
	return c.out.WriteByte('\n')
}

func csvCell(text string) string {
	if text != "" && strings.IndexByte("=+-@\t\r'", text[0]) >= 0 {
		text = "'" + text
	}
	if strings.ContainsAny(text, ",\"\r\n") {
		return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	return text
}

func (c *crosswalk) finish() error {
	if err := errors.Join(c.out.Flush(), c.file.Sync(), c.file.Close()); err != nil {
		return err
	}
	err := os.Rename(c.file.Name(), c.path)
	if err == nil {
		c.file = nil
	}
	return err
}

// abandon removes what was not finished.
func (c *crosswalk) abandon() error {
	if c.file == nil {
		return nil
	}
	_ = c.file.Close() // it may be closed already
	return os.Remove(c.file.Name())
}

// writeLinks writes what the crosswalk knows of an entry, older loads included.
func (r *entryReader) writeLinks(c *crosswalk) error {
	return r.cfg.Stage.Links(r.ctx, r.entry.Side, func(l *stage.Link) error {
		old, err := r.number("s" + string(l.Key))
		if err != nil {
			return err
		}
		fresh, err := r.number("t" + string(l.Target))
		if err != nil {
			return err
		}
		since := ""
		if !l.At.IsZero() {
			since = l.At.UTC().Format(time.RFC3339)
		}
		return c.row(r.entry.Name, string(l.Key), old, r.entry.Side.Stream, string(l.Target), fresh, page(r.cfg, r.entry.Side.Stream, l.Target), string(l.How), since)
	})
}
