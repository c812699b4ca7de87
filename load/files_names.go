package load

import (
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Longest names, in bytes: a path of a folder, a folder and a file, with what a
// numbering adds, stays under what the strictest system takes.
const (
	longestFile   = 80
	longestFolder = 50
)

// reservedNames are device names of Windows, whatever their ending.
var reservedNames = regexp.MustCompile(`^(?i:con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³]) *$`)

// safeName makes a name of a file or a folder that every system takes, as like
// the given one as can be; "" where nothing is left of it. The ending stays.
func safeName(name string, longest int) string {
	var b strings.Builder
	for _, c := range norm.NFC.String(strings.ToValidUTF8(name, "_")) {
		switch {
		case strings.ContainsRune(`<>:"/\|?*`, c):
			b.WriteByte('_')
		case unicode.IsSpace(c):
			b.WriteByte(' ')
		case unicode.IsControl(c), unicode.Is(unicode.Cf, c), unicode.Is(unicode.Co, c):
		default:
			b.WriteRune(c)
		}
	}
	out := strings.TrimLeft(strings.TrimRight(b.String(), " ."), " ")
	if strings.HasPrefix(out, ".") {
		out = "_" + out[1:]
	}
	out = shorter(out, longest)
	base, _, _ := strings.Cut(out, ".")
	if reservedNames.MatchString(base) {
		out = "_" + out
	}
	return out
}

// shorter cuts a name before its ending.
func shorter(name string, longest int) string {
	if len(name) <= longest {
		return name
	}
	base, end := splitName(name)
	if len(end) > longest/2 {
		base, end = name, ""
	}
	cut := longest - len(end)
	for cut > 0 && !utf8.RuneStart(base[cut]) {
		cut--
	}
	return strings.TrimRight(base[:cut], " .") + end
}

// splitName takes the ending off a name: "a.jpg" is "a" and ".jpg".
func splitName(name string) (base, end string) {
	end = path.Ext(name)
	if end == name || len(end) > 12 {
		end = ""
	}
	return name[:len(name)-len(end)], end
}

// numbered is the nth name like one that is taken: "a (2).jpg".
func numbered(name string, n int) string {
	base, end := splitName(name)
	return base + " (" + strconv.Itoa(n) + ")" + end
}

// foldName is a name as those compare it that change spaces and signs in names.
// Names alike in it are taken for one.
func foldName(name string) string {
	var b strings.Builder
	for _, c := range norm.NFKD.String(strings.ToLower(name)) {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			b.WriteRune(c)
		}
	}
	if b.Len() == 0 {
		return name
	}
	return b.String()
}

// foldPath is a path as systems compare it that do not tell capitals.
func foldPath(p string) string { return strings.ToLower(norm.NFKC.String(p)) }
