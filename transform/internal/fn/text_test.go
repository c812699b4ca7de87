package fn

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTexts(t *testing.T) {
	convertAll(t, []conversion{
		{"text", nil, "  a\u00a0 b\t c \x00\x07", "a b c"}, {"text", nil, "a\x7fb", "ab"}, {"text", nil, "ﬁn eﬀort", "fin effort"}, {"text", nil, "a\r\n\r\n\r\n\r\nb \n c", "a\n\nb\nc"}, {"text", o("lines", "join"), "a\n\nb", "a b"}, {"text", nil, "e\u0301", "é"}, {"text", nil, int64(5), "5"}, {"text", nil, true, "true"},
		{"text", nil, "\u202eabc\u200b", "abc"}, {"text", nil, "👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"}, {"text", o("max", "3"), "abcd", refused("longer")}, {"text", o("max", "3", "cut", "cut"), "ab cd", "ab"}, {"text", o("max", "3"), "äöü", "äöü"}, {"text", o("max", "2", "cut", "cut"), "a👩‍👩‍👧", "a"},
		{"upper", nil, "straße é", "STRAßE É"}, {"lower", nil, "ÀB", "àb"}, {"title", nil, "JOHN o'brien-McDonald", "John O'Brien-McDonald"}, {"title", nil, "ÉCOLE de l’est", "École De L’Est"},
		{"html", nil, "<p>Hi <b>you</b>&nbsp;&amp; me</p><p>two<br>lines</p><ul><li>a<li>b</ul>", "Hi you & me\n\ntwo\nlines\n\n- a\n- b"}, {"html", nil, "a < b && c", "a < b && c"}, {"html", nil, "<script>alert(1)</script><style>x</style>ok", "ok"},
		{"html", nil, `<a href="https://x.co">site</a>`, "site (https://x.co)"}, {"html", o("links", "drop"), `<a href="https://x.co">site</a>`, "site"}, {"html", nil, `<a href="mailto:a@b.co">a@b.co</a>`, "a@b.co"}, {"html", nil, `<a href="javascript:x()">go</a>`, "go"},
		{"html", nil, "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"}, {"html", nil, "plain", "plain"}, {"html", nil, "&lt;b&gt;", "<b>"}, {"html", o("max", "2"), "<b>abc</b>", refused("longer")}, {"html", nil, "<!-- x -->y", "y"},
		{"slug", nil, "Crème Brûlée & Co.", "creme-brulee-co"}, {"slug", nil, "Łódź Straße", "lodz-strasse"}, {"slug", nil, "👍", refused("no letter")}, {"slug", o("separator", "_", "max", "4"), "ab cd", "ab_c"}, {"slug", o("max", "3"), "ab cd", "ab"},
		{"hash", nil, " abc ", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}, {"hash", o("salt", "a", "length", "16"), "bc", "ba7816bf8f01cfea"}, {"digits", nil, "FR-12 ٣", "123"},
		{"boolean", nil, "Oui", true}, {"boolean", nil, "NEIN", false}, {"boolean", nil, "x", true}, {"boolean", nil, "Sí", true}, {"boolean", nil, "☑️", true}, {"boolean", nil, int64(0), false}, {"boolean", nil, 1.0, true}, {"boolean", nil, true, true}, {"boolean", nil, "maybe", refused("neither")},
		{"boolean", nil, int64(2), refused("neither")}, {"boolean", o("true", "active, ok", "false", "x"), "OK", true}, {"boolean", o("true", "active, ok", "false", "x"), "x", false}, {"boolean", nil, "-", refused("neither")},
		{"currency", nil, "€", "EUR"}, {"currency", nil, "usd", "USD"}, {"currency", nil, "$", refused("several")}, {"currency", o("dollar", "CAD"), "$", "CAD"}, {"currency", nil, "US$", "USD"}, {"currency", nil, "doubloon", refused("no currency")}, {"currency", nil, "XXX", refused("no currency")},
		{"url", nil, "HTTPS://Example.COM/Path?q=1#f", "https://example.com/Path?q=1#f"}, {"url", nil, "example.com", refused("scheme: https")}, {"url", o("scheme", "https"), "example.com/x", "https://example.com/x"}, {"url", nil, "ftp://a.co", refused("http")}, {"url", nil, "https://u:p@a.co", refused("login")},
		{"url", nil, "https://localhost", refused("host")}, {"url", nil, "https://192.168.0.1:80/", "https://192.168.0.1:80/"}, {"url", nil, "javascript:alert(1)", refused("scheme")}, {"url", o("scheme", "https"), "javascript:alert(1)", refused("")},
	})
}

func FuzzText(f *testing.F) {
	for _, s := range append([]string{"<p>a<b>c</p>", "a  b\n\n\nc", "<a href='x'>y"}, nasty...) {
		f.Add(s, 3)
	}
	f.Fuzz(func(t *testing.T, s string, n int) {
		if !utf8.ValidString(s) {
			return
		}
		once := clean(s, true)
		assert.Equal(t, once, clean(once, true), "clean text stays")
		if plainASCII(s) {
			assert.Equal(t, s, clean("\u200b"+s, false), "the long way leaves a plain text as it is")
		}
		require.True(t, utf8.ValidString(htmlText(s, true)))
		n = min(max(n, 1), 50)
		short := cutRunes(s, n)
		require.True(t, utf8.ValidString(short))
		assert.LessOrEqual(t, utf8.RuneCountInString(short), n)
		assert.True(t, strings.HasPrefix(s, short))
		assert.LessOrEqual(t, len(slug(s, '-', n)), n)
		_, _ = mustCompile("url", nil)(s)
		_, _ = mustCompile("currency", nil)(s)
	})
}
