package workbook

import (
	"bufio"
	"bytes"
	"io"
	"regexp"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// decode gives a part as UTF-8: by its byte order mark, by the pattern of its
// first two characters, or by what its declaration says (XML 1.0, appendix F).
func decode(in io.Reader) io.Reader {
	const look = 256 // bytes a declaration may take
	buffered := bufio.NewReaderSize(in, 512)
	head, _ := buffered.Peek(look)
	if e := encodingOf(head); e != nil {
		return e.NewDecoder().Reader(buffered)
	}
	if bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")) {
		_, _ = buffered.Discard(3)
	}
	return buffered
}

var declared = regexp.MustCompile(`^(?:\xEF\xBB\xBF)?\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']`)

// encodingOf is nil for UTF-8.
func encodingOf(head []byte) encoding.Encoding {
	for mark, order := range map[string]unicode.Endianness{
		"\xFF\xFE": unicode.LittleEndian, "<\x00": unicode.LittleEndian,
		"\xFE\xFF": unicode.BigEndian, "\x00<": unicode.BigEndian,
	} {
		if bytes.HasPrefix(head, []byte(mark)) {
			return unicode.UTF16(order, unicode.UseBOM)
		}
	}
	found := declared.FindSubmatch(head)
	if found == nil {
		return nil
	}
	name := strings.ToLower(string(found[1]))
	// UTF-16 that were declared truly would have been seen above.
	if name == "utf-8" || name == "us-ascii" || strings.HasPrefix(name, "utf-16") {
		return nil
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil
	}
	return e
}
