package text

import (
	"bytes"
	"context"
	"sort"
	"strings"
)

// sampleText is how many bytes of text all dialects are tried on; the one that
// fits is then tried on all of the file.
const sampleText = 1 << 20

// delimiters are tried in this order: of equals the first is taken.
var delimiters = []string{",", ";", "\t", "|", "^", "\x01", "\x1f", "~", " ", ":", "!", "#", "*", "$", "%", "&", "="}

// sniff finds the dialect. rivals are other ones that fit about as well.
func (s *source) sniff(ctx context.Context, given Dialect) (rivals []string, err error) {
	head, err := s.text(sampleText)
	if err != nil {
		return nil, err
	}
	d := s.dialect
	d.Comment = given.Comment
	if mark, ok := sepLine(head); ok && (given.Delimiter == "" || given.Delimiter == mark) {
		d.Sep, given.Delimiter = true, mark
	}
	d.Quote, d.Escape = `"`, `"`
	if given.Quote != "" {
		d.Quote, d.Escape = given.Quote, given.Quote
	}
	if given.Escape != "" {
		d.Escape = given.Escape
	}
	if d.Delimiter = given.Delimiter; d.Delimiter == "" {
		if d.Delimiter, rivals, err = s.delimiter(ctx, d, head, sampleText); err != nil {
			return nil, err
		}
	}
	if given.Quote == "" {
		if d, err = s.quoting(ctx, d, head, given.Escape, sampleText); err != nil {
			return nil, err
		}
	}
	s.dialect = d
	return rivals, nil
}

// text gives the first bytes of the text.
func (s *source) text(n int) ([]byte, error) {
	in := &input{r: s.r, at: s.start(), size: s.size, decoder: newDecoder(s.dialect.Encoding)}
	var head []byte
	for eof := in.at >= in.size; !eof && len(head) < n; {
		var err error
		if head, eof, err = in.more(head); err != nil {
			return nil, err
		}
	}
	return head, nil
}

// sepLine reads a first line that names the delimiter for Excel: sep=;
func sepLine(head []byte) (delimiter string, ok bool) {
	line := head[:min(len(head), 16)]
	if at := lineBreak(line, 0); at >= 0 {
		line = line[:at]
	} else if len(head) > len(line) {
		return "", false
	}
	line = bytes.Trim(line, `"`)
	if len(line) != 5 || !strings.EqualFold(string(line[:4]), "sep=") || line[4] == 0 || line[4] >= 0x80 {
		return "", false
	}
	return string(line[4:]), true
}

// delimiter gives the one that fits best; "" the file has one column.
func (s *source) delimiter(ctx context.Context, d Dialect, head []byte, stop int) (best string, rivals []string, err error) {
	type fit struct {
		delimiter string
		score     float64
	}
	var fits []fit
	for _, delimiter := range delimiters {
		if bytes.IndexByte(head, delimiter[0]) < 0 {
			continue
		}
		d.Delimiter = delimiter
		m, err := s.measure(ctx, d, stop)
		if err != nil {
			if ctx.Err() == nil {
				continue // too many cells, read so
			}
			return "", nil, err
		}
		if score := m.score(); score > 0 {
			fits = append(fits, fit{delimiter, score})
		}
	}
	if len(fits) == 0 {
		return "", nil, nil
	}
	sort.SliceStable(fits, func(i, j int) bool { return fits[i].score > fits[j].score })
	for _, f := range fits[1:] {
		if f.score >= 0.9*fits[0].score {
			rivals = append(rivals, f.delimiter)
		}
	}
	return fits[0].delimiter, rivals, nil
}

// quoting finds quotes and escapes; doubled double quotes are taken unless others
// fit better.
func (s *source) quoting(ctx context.Context, d Dialect, head []byte, escape string, stop int) (Dialect, error) {
	double, single := bytes.IndexByte(head, '"') >= 0, bytes.IndexByte(head, '\'') >= 0
	if !double && !single {
		return d, nil
	}
	best, err := s.measure(ctx, d, stop)
	if err != nil {
		return d, err
	}
	try := func(quote, escape string, better func(m *measure) bool) error {
		next := d
		next.Quote, next.Escape = quote, escape
		m, err := s.measure(ctx, next, stop)
		if err != nil {
			return ctx.Err()
		}
		if better(m) {
			best = m
		}
		return nil
	}
	cleaner := func(m *measure) bool {
		return m.faults+m.strays < best.faults+best.strays && m.consistency() > best.consistency()
	}
	if escape == "" && bytes.Contains(head, []byte(`\"`)) {
		if err := try(`"`, `\`, cleaner); err != nil {
			return d, err
		}
	}
	if single && best.quoted == 0 {
		escape := `'`
		if bytes.Contains(head, []byte(`\'`)) {
			escape = `\`
		}
		err := try(`'`, escape, func(m *measure) bool {
			// An apostrophe within quotes is odd, but far fewer rows are odd then.
			odd := m.faults + m.strays
			return m.quoted >= 2 && m.quoted*10 >= m.rows && m.consistency() >= best.consistency() &&
				(odd == 0 || m.faults*20 <= m.rows && m.consistency() >= best.consistency()+0.2)
		})
		if err != nil {
			return d, err
		}
	}
	if best.faults*50 > best.rows && best.faults > 1 {
		if err := try("", "", cleaner); err != nil {
			return d, err
		}
	}
	return best.dialect, nil
}
