package container

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"ferry/extract/sheet/grid"
)

// maxShown is the most characters of a name that are shown.
const maxShown = 120

// base takes folders off a name, those of Windows too. It is for words: what it
// gives must not be opened.
func base(name string) string {
	if at := strings.LastIndexAny(name, `/\`); at >= 0 {
		return name[at+1:]
	}
	return name
}

// Shown gives the name of a file as it can be shown to people anywhere: without
// folders, bytes that are no text and characters that do not print or turn the
// direction of writing as \x1b or \u202e, and the middle left out where it is
// longer than 120 characters.
func Shown(name string) string {
	name = base(name)
	var b strings.Builder
	for i := 0; i < len(name); {
		r, size := utf8.DecodeRuneInString(name[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(escape('x', rune(name[i]), 2))
		case unicode.IsPrint(r) && !unicode.Is(unicode.Bidi_Control, r):
			b.WriteRune(r)
		case r < 0x80:
			b.WriteString(escape('x', r, 2))
		case r < 0x10000:
			b.WriteString(escape('u', r, 4))
		default:
			b.WriteString(escape('U', r, 8))
		}
		i += size
	}
	return shorten(b.String())
}

func escape(letter byte, r rune, digits int) string {
	out := make([]byte, 2+digits)
	out[0], out[1] = '\\', letter
	for i := range digits {
		out[len(out)-1-i] = "0123456789abcdef"[r>>(4*i)&15]
	}
	return string(out)
}

// shorten keeps both ends of a long name: the last characters are its ending.
func shorten(name string) string {
	if runes := []rune(name); len(runes) > maxShown {
		return string(runes[:maxShown-21]) + "…" + string(runes[len(runes)-20:])
	}
	return name
}

// byName refuses files that are known by their name alone: those that programs
// leave beside a workbook, and stand-ins of sync folders.
func (f *file) byName() *grid.Refusal {
	switch {
	case strings.HasPrefix(f.name, "~$"):
		return lock("Excel", f.name[len("~$"):])
	case strings.HasPrefix(f.name, ".~lock.") && strings.HasSuffix(f.name, "#"):
		return lock("LibreOffice", strings.TrimSuffix(f.name[len(".~lock."):], "#"))
	case strings.HasPrefix(f.name, ".") && strings.HasSuffix(f.name, ".icloud"):
		return refuse(grid.Unreadable, "this only stands for a file that lies in iCloud and has not been downloaded", grid.DoDownload)
	}
	return nil
}

func lock(program, workbook string) *grid.Refusal {
	return refuse(grid.LockFile,
		"this is the lock file that "+program+" keeps beside a workbook while somebody has it open; it holds no rows",
		"choose "+Shown(workbook)+", which lies in the same folder")
}

// ending gives what stands after the last dot, in small letters.
func ending(name string) string {
	name = base(name)
	if at := strings.LastIndexByte(name, '.'); at >= 0 {
		return strings.ToLower(name[at+1:])
	}
	return ""
}
