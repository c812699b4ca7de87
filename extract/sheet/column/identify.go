package column

import (
	"strconv"
	"strings"
)

// noKeys are hints of what is no key though it is called a number or a code.
const noKeys = hintEmail | hintPhone | hintZip | hintURL | hintMoney | hintCountry | hintState | hintAddress | hintBirth | hintPercent | hintDate | hintDuration

// identifies tells whether a header says that its column identifies a row: by a
// number or a code.
func (h headerHint) identifies() bool { return h&(hintID|hintCode) != 0 && h&noKeys == 0 }

// identifies tells whether the cells do what the header says.
func (b *builder) identifies() bool {
	return b.header.identifies() && b.blank == 0 && b.cells > 1 && b.full == b.cells && b.out.Distinct == b.cells && !b.half(b.texts.plain)
}

// runsOn tells whether a cell counts on from those before it: from 1 or 0, zeros in
// front are no matter. The cell is counted already.
func (p *Profiler) runsOn(text string) bool {
	if p.cells == 1 {
		p.from = len(strings.Trim(text, "0")) // "1" of 001, nothing of 0
	}
	var buf [20]byte
	want := strconv.AppendInt(buf[:0], int64(p.from+p.cells-1), 10)
	if p.from+p.cells == 1 {
		want = want[:0]
	}
	return strings.TrimLeft(text, "0") == string(want)
}
