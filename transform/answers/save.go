package answers

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const header = `# Ferry writes this file: what people decided about files like this one, so that
# nothing is asked twice. Change an answer by importing again, not here.
`

// maxSize is what Load reads.
const maxSize = 8 << 20

// Save writes an answers file, readable by its owner alone: at every moment the old
// one or the new one stands at path. Equal answers give equal bytes.
func Save(path string, f *File) (err error) {
	text := Append(nil, f)
	if len(text) > maxSize {
		return fmt.Errorf("%s: the answers take more than 8 MiB; give the values by a lookup file in the mapping instead", path)
	}
	out, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".part-") // 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = out.Close()
			_ = os.Remove(out.Name())
		}
	}()
	if _, err := out.Write(text); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := errors.Join(out.Sync(), out.Close()); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := os.Rename(out.Name(), path); err != nil {
		return fmt.Errorf("%w; where the file is open in another program, close it and try again", err)
	}
	return nil
}

// Append writes an answers file to b: keys sorted, texts in double quotes. What is
// no UTF-8 becomes U+FFFD.
func Append(b []byte, f *File) []byte {
	b = append(b, header...)
	b = append(b, "version: 1\nfor: "...)
	b = quote(b, f.For)
	b = append(b, "\nupdated: "...)
	b = quote(b, f.Updated.UTC().Format(time.RFC3339))
	b = append(b, '\n')
	if len(f.Columns) > 0 {
		b = append(b, "columns:\n"...)
		for _, name := range f.Columns {
			b = append(quote(append(b, "  - "...), name), '\n')
		}
	}
	b = appendTexts(b, "", "renamed", f.Renamed)
	b = appendTexts(b, "", "answers", f.Answers)
	some := false
	for _, column := range slices.Sorted(maps.Keys(f.Values)) {
		if len(f.Values[column]) == 0 {
			continue
		}
		if !some {
			b = append(b, "values:\n"...)
		}
		some = true
		b = appendTexts(b, "  ", string(quote(nil, column)), f.Values[column])
	}
	return b
}

func appendTexts(b []byte, indent, name string, texts map[string]string) []byte {
	if len(texts) == 0 {
		return b
	}
	b = append(append(append(b, indent...), name...), ":\n"...)
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		b = append(append(b, indent...), "  "...)
		b = append(quote(b, key), ": "...)
		b = append(quote(b, texts[key]), '\n')
	}
	return b
}

// quote writes a text in double quotes as YAML 1.2 §7.3.1 has it. What is not
// printed is escaped: an editor would change or hide it.
func quote(b []byte, text string) []byte {
	b = append(b, '"')
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r == ' ' || unicode.IsGraphic(r) && r != 0xA0 && !unicode.Is(unicode.Zs, r):
			b = utf8.AppendRune(b, r)
		case r < 0x100:
			b = escape(b, 'x', 2, r)
		case r < 0x10000:
			b = escape(b, 'u', 4, r)
		default:
			b = escape(b, 'U', 8, r)
		}
		text = text[size:]
	}
	return append(b, '"')
}

func escape(b []byte, letter byte, width int, r rune) []byte {
	hex := strings.ToUpper(strconv.FormatInt(int64(r), 16))
	b = append(b, '\\', letter)
	for range width - len(hex) {
		b = append(b, '0')
	}
	return append(b, hex...)
}
