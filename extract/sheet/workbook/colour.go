package workbook

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// colour is one as a part names it: by value, by place in the palette, or by
// place in the theme with a tint (ECMA-376 Part 1, 18.8.3).
type colour struct {
	rgb   string
	place int // in palette or theme
	theme bool
	tint  float64
	set   bool
}

func readColour(s *scanner) colour {
	c := colour{rgb: s.value("rgb"), set: true}
	if tint, ok := float(s.attr("tint")); ok {
		c.tint = tint
	}
	if v := s.value("theme"); v != "" {
		n, err := strconv.Atoi(v)
		c.theme, c.place, c.set = true, n, err == nil
	} else if v := s.value("indexed"); v != "" && c.rgb == "" {
		n, err := strconv.Atoi(v)
		c.place, c.set = n, err == nil
	} else if c.rgb == "" {
		c.set = false
	}
	return c
}

// palette are the colours of a workbook.
type palette struct {
	theme   []string // dark 1, light 1, dark 2, light 2, accents 1 to 6, links
	indexed []string // of the file's own; none: Excel's
}

// rgb gives RRGGBB; "" where the colour is that of the system, or not known.
func (p *palette) rgb(c colour) string {
	base := ""
	switch {
	case !c.set:
		return ""
	case c.theme:
		// The first two pairs stand in the theme the other way round.
		place := c.place
		if place < 4 {
			place ^= 1
		}
		if 0 <= place && place < len(p.theme) {
			base = p.theme[place]
		}
	case c.rgb != "":
		base = strings.ToUpper(c.rgb)
		if len(base) == 8 {
			base = base[2:]
		}
	default:
		base = p.index(c.place)
	}
	if len(base) != 6 {
		return ""
	}
	return tinted(base, c.tint)
}

func (p *palette) index(n int) string {
	if 0 <= n && n < len(p.indexed) {
		return p.indexed[n]
	}
	if n >= 8 && n < 64 {
		n -= 8
		return usual[n*6 : n*6+6]
	}
	if n >= 0 && n < 8 {
		return usual[n*6 : n*6+6]
	}
	return ""
}

// usual is Excel's palette from index 8 on; 0 to 7 are the same as 8 to 15
// (ECMA-376 Part 1, 18.8.27).
const usual = "000000FFFFFFFF000000FF000000FFFFFF00FF00FF00FFFF" +
	"800000008000000080808000800080008080C0C0C0808080" +
	"9999FF993366FFFFCCCCFFFF660066FF80800066CCCCCCFF" +
	"000080FF00FFFFFF0000FFFF8000808000000080800000FF" +
	"00CCFFCCFFFFCCFFCCFFFF9999CCFFFF99CCCC99FFFFCC99" +
	"3366FF33CCCC99CC00FFCC00FF9900FF6600666699969696" +
	"003366339966003300333300993300993366333399333333"

// tinted makes a colour darker (below 0) or lighter: its lightness is moved
// towards black or white (18.8.19).
func tinted(base string, tint float64) string {
	n, err := strconv.ParseUint(base, 16, 32)
	if err != nil {
		return ""
	}
	if tint == 0 {
		return base
	}
	h, s, l := toHSL(float64(n>>16)/255, float64(n>>8&255)/255, float64(n&255)/255)
	if tint < 0 {
		l *= 1 + max(tint, -1)
	} else {
		l += (1 - l) * min(tint, 1)
	}
	r, g, b := fromHSL(h, s, l)
	part := func(f float64) int { return int(math.Round(f * 255)) }
	return fmt.Sprintf("%02X%02X%02X", part(r), part(g), part(b))
}

func toHSL(r, g, b float64) (h, s, l float64) {
	high, low := max(r, g, b), min(r, g, b)
	l = (high + low) / 2
	span := high - low
	if span == 0 {
		return 0, 0, l
	}
	s = span / (1 - math.Abs(2*l-1))
	switch high {
	case r:
		h = math.Mod((g-b)/span+6, 6)
	case g:
		h = (b-r)/span + 2
	default:
		h = (r-g)/span + 4
	}
	return h, s, l
}

func fromHSL(h, s, l float64) (r, g, b float64) {
	c := (1 - math.Abs(2*l-1)) * s
	x := c * (1 - math.Abs(math.Mod(h, 2)-1))
	m := l - c/2
	switch int(h) {
	case 0:
		r, g = c, x
	case 1:
		r, g = x, c
	case 2:
		g, b = c, x
	case 3:
		g, b = x, c
	case 4:
		r, b = x, c
	default:
		r, b = c, x
	}
	return r + m, g + m, b + m
}

// readTheme takes the colours of the theme part (20.1.6.2).
func (p *palette) readTheme(ctx context.Context, from *parts, name string) error {
	inside := false
	return from.each(ctx, name, "the theme", func(s *scanner, tok token) error {
		if tok != tokStart || len(p.theme) >= 12 {
			return nil
		}
		switch _, local := splitName(s.name); string(local) {
		case "clrScheme":
			inside = true
		case "srgbClr":
			if inside {
				p.theme = append(p.theme, strings.ToUpper(s.value("val")))
			}
		case "sysClr":
			if inside {
				p.theme = append(p.theme, strings.ToUpper(s.value("lastClr")))
			}
		case "fontScheme":
			inside = false
		}
		return nil
	})
}
