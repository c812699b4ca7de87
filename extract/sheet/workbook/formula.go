package workbook

import (
	"bytes"
	"strconv"

	"ferry/extract/sheet/grid"
)

// formula reads <f> (18.3.1.40): what it computes is in <v>. Looked at is only
// whether it points to another workbook, and the address of a HYPERLINK.
func (w *walk) formula(c *cellTag) error {
	shared := ""
	if string(w.attr("t")) == "shared" {
		shared = w.value("si")
	}
	const most = 16 << 10 // twice what Excel takes
	long := false
	text, err := w.gather(w.sights.formula[:0], most, &long)
	w.sights.formula = text
	if err != nil {
		return err
	}
	out := pointsOutside(text)
	if shared != "" {
		// The first cell of a shared formula has its text; the others refer to it.
		if len(text) > 0 {
			w.sights.share(shared, out)
		} else {
			out = w.sights.shared[shared]
		}
	}
	if out {
		c.flags |= grid.External
	}
	if address := linked(text); address != "" {
		w.notes.link(grid.Ref{Row: max(w.line.Number, w.line.last+1), Column: c.column}, address)
	}
	return nil
}

// pointsOutside tells whether a formula names another workbook, as [1]Sheet1!A1
// does (18.17.2.3); Table1[1] does not.
func pointsOutside(formula []byte) bool {
	for {
		i := bytes.IndexByte(formula, '[')
		if i < 0 {
			return false
		}
		n := bytes.IndexByte(formula[i:], ']')
		if n < 0 {
			return false
		}
		_, err := strconv.Atoi(string(formula[i+1 : i+n]))
		before := i == 0 || bytes.IndexByte([]byte("=('+-*/^&,;<>!: {"), formula[i-1]) >= 0
		if err == nil && before {
			return true
		}
		formula = formula[i+n:]
	}
}

// linked gives the address of HYPERLINK("address", ...); "" where it is computed.
func linked(formula []byte) string {
	const name = `HYPERLINK("`
	if len(formula) < len(name) || !bytes.EqualFold(formula[:len(name)], []byte(name)) {
		return ""
	}
	rest := formula[len(name):]
	end := bytes.IndexByte(rest, '"')
	if end < 0 || end+1 < len(rest) && rest[end+1] != ',' && rest[end+1] != ')' {
		return ""
	}
	return string(rest[:end])
}
