package load

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Write writes decisions as a decisions file, in their order: the same decisions
// always give the same bytes. Decisions that Check finds wrong are not written.
func (d *Decisions) Write(w io.Writer) error {
	if err := d.Check(); err != nil {
		return err
	}
	sorted := Decisions{Matches: append([]MatchDecision(nil), d.Matches...), Values: append([]ValueDecision(nil), d.Values...)}
	sorted.Sort()
	out := bufio.NewWriter(w)
	line := func(cells ...string) {
		for i, text := range cells {
			if i > 0 {
				_ = out.WriteByte(',')
			}
			_, _ = out.WriteString(csvCell(text)) // the first error stays with the writer
		}
		_ = out.WriteByte('\n')
	}
	line(decisionColumns...)
	for _, m := range sorted.Matches {
		line(kindMatch, m.Entry, string(m.Key), "", "", string(m.Choice), string(m.Target), m.By, m.Note)
	}
	for _, v := range sorted.Values {
		line(kindValue, v.Entry, "", v.Field, v.Value, decideSet, v.To, v.By, v.Note)
	}
	return out.Flush()
}

// WriteDecisions writes a decisions file, readable by its owner alone: the old
// one or the new one stands at path at every moment.
func WriteDecisions(path string, d *Decisions) (err error) {
	out, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".part-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = out.Close()
			_ = os.Remove(out.Name())
		}
	}()
	if err := d.Write(out); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := errors.Join(out.Sync(), out.Close()); err != nil {
		return err
	}
	if err := os.Rename(out.Name(), path); err != nil {
		return fmt.Errorf("%w; where the file is open in another program, close it and try again", err)
	}
	return nil
}

// csvCell writes one cell. Text that a spreadsheet would take for a formula gets
// a leading apostrophe, which unguard takes off.
func csvCell(text string) string {
	if guarded(text) {
		text = "'" + text
	}
	if strings.ContainsAny(text, ",;\t\"\r\n") {
		return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	return text
}

func guarded(text string) bool { return text != "" && strings.IndexByte("=+-@\t\r'", text[0]) >= 0 }

func unguard(text string) string {
	if rest, ok := strings.CutPrefix(text, "'"); ok && guarded(rest) {
		return rest
	}
	return text
}
