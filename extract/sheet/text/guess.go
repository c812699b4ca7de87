package text

import (
	"slices"
	"strings"
)

// guess is one encoding that a file may have.
type guess struct {
	name  string
	score float64 // points a character, about 2 where all of them are plausible
	text  string  // the sample, decoded
}

const (
	doubt     = 0.15 // points between two encodings that may both be right
	plausible = 0.5  // points below which none is
	fewBytes  = 6    // so many are needed to tell an encoding that few files have
)

// finding is what was found about the encoding of a file.
type finding struct {
	name   string
	bom    bool
	proven bool    // by a BOM, by zeros, or by UTF-8 that is right
	others []guess // that may be right as well, the best one among them; none: no doubt
	few    bool    // too few bytes to tell: UTF-8 holds their rows, and harms no other
	signs  string  // characters that it was judged by
}

// encoding judges a file; known tells that somebody has said what it is, and only
// the file's own proof is sought.
func (v *survey) encoding(known bool) finding {
	for _, bom := range boms {
		if strings.HasPrefix(string(v.head), bom.bytes) {
			return finding{name: bom.encoding, bom: true, proven: true}
		}
	}
	if name := v.wide(); name != "" {
		return finding{name: name, proven: true}
	}
	if v.broken == 0 || known {
		return finding{name: utf8Name, proven: true}
	}
	// A pair of bytes that is UTF-8 by chance is rare in other encodings, the rarest
	// case being Chinese with about one in eight.
	if v.valid*3 >= (v.valid+v.broken)*2 || v.valid*5 >= (v.valid+v.broken)*2 && v.valid > 0 {
		return finding{name: utf8Name}
	}
	return v.legacy()
}

// wide tells UTF-16 and UTF-32 by where their zeros stand; "" it is none of them.
func (v *survey) wide() string {
	z := v.zeros
	even, odd := z[0]+z[2], z[1]+z[3]
	switch {
	case v.size%4 == 0 && (z[2]+z[3])*100 >= v.size*48 && z[0]*20 <= z[2]:
		return utf32LE
	case v.size%4 == 0 && (z[0]+z[1])*100 >= v.size*48 && z[3]*20 <= z[0]:
		return utf32BE
	case odd*50 >= v.size && even*50 <= odd && odd > 1:
		return utf16LE
	case even*50 >= v.size && odd*50 <= even && even > 1:
		return utf16BE
	}
	return ""
}

// rare says how many points an encoding is behind windows-1252 where hardly
// anything speaks for one of them.
var rare = map[string]float64{
	"macintosh": 1, "ibm850": 1, "ibm437": 1.1, "ibm852": 1.2, "koi8-r": 1.2, "ibm866": 1.2, "iso-8859-5": 1.3,
	"iso-8859-15": 0.3, "iso-8859-1": 0.3, "windows-1250": 0.5, "iso-8859-2": 0.6, "windows-1254": 0.6, "windows-1257": 0.7,
	"windows-1251": 0.6, "windows-1253": 0.7, "windows-1255": 0.8, "windows-1256": 0.8,
	"shift_jis": 0.3, "euc-jp": 0.4, "gbk": 0.3, "gb18030": 0.4, "big5": 0.4, "euc-kr": 0.4,
}

// legacy ranks the encodings that prove nothing themselves by how plausible the
// text is that they give.
func (v *survey) legacy() finding {
	var all []guess
	distinct := v.distinct()
	few := 20 / (20 + float64(min(int64(4*len(distinct)), v.broken)))
	for _, c := range charsets {
		text, _ := newDecoder(c.name).decode(nil, v.sample, true)
		g := guess{name: c.name, text: string(text)}
		if slices.ContainsFunc(all, func(o guess) bool { return o.text == g.text }) {
			continue // reads the same
		}
		g.score = score(c.name, g.text) - rare[c.name]*few
		if _, ok := latin[c.name]; !ok && len(distinct) < 3 {
			g.score -= 2 // one or two bytes that repeat are no other script
		}
		all = append(all, g)
	}
	slices.SortStableFunc(all, func(a, b guess) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
	best := all[0]
	f := finding{name: best.name, signs: signs(best.text)}
	for _, g := range all {
		if best.score-g.score < doubt && len(f.others) < 5 {
			f.others = append(f.others, g)
		}
	}
	f.few = best.name != windows1252 && v.broken < fewBytes
	if best.score < plausible || f.few {
		// UTF-8 marks what it does not know, so that nothing wrong gets in.
		f.name, f.others = utf8Name, append([]guess{{name: utf8Name}}, all[:4]...)
	}
	if len(f.others) == 1 {
		f.others = nil
	}
	return f
}

// signs gives up to twelve different characters of a text that are not ASCII.
func signs(text string) string {
	var out []string
	for _, r := range text {
		if r >= 0xA0 && r != 0xFFFD && !slices.Contains(out, string(r)) {
			if out = append(out, string(r)); len(out) == 12 {
				break
			}
		}
	}
	return strings.Join(out, " ")
}
