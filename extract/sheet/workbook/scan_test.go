package workbook

import (
	"context"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/grid"
)

func TestPiecesLongerThanTheBuffer(t *testing.T) {
	long := strings.Repeat("a&amp;\r\né", bufferSize/4)
	want := strings.Repeat("a&\né", bufferSize/4)
	cdata := strings.Repeat("a&b]]", bufferSize/4)
	comment := "<!--" + strings.Repeat("<row>-- ", bufferSize/4) + "-->"
	s := wholly(t, file(t, worksheet(comment+`<row><c t="inlineStr"><is><t>`+long+`</t></is></c>`+comment+`<c t="str"><v><![CDATA[`+cdata+`]]></v></c></row>`+comment)))
	require.Equal(t, want, s.at(t, "A1").Text)
	require.Equal(t, cdata, s.at(t, "B1").Text)
	require.Len(t, s.rows, 1)

	refused(t, file(t, worksheet(`<row r="1" x="`+strings.Repeat("y", bufferSize)+`"/>`)), grid.Broken)
	require.Len(t, wholly(t, file(t, worksheet(`<row r="1" x="`+strings.Repeat("y", bufferSize/2)+`"/>`))).rows, 1)
	refused(t, file(t, worksheet(strings.Repeat("<row>", deepest+1)+strings.Repeat("</row>", deepest+1))), grid.Broken)
}

// However the bytes come in, the tokens are the same.
func TestScannerDoesNotDependOnTheReads(t *testing.T) {
	text := `<?xml version="1.0"?><!-- c --><a xmlns="u" b='1>2'><c/>x&lt;y<![CDATA[<z>]]><d e = "f" ></d ></a><!-- end -->`
	list := func(s *scanner) (out []string) {
		for {
			tok, err := s.next()
			require.NoError(t, err)
			switch tok {
			case tokEOF:
				return out
			case tokStart:
				out = append(out, "<"+string(s.name))
				for _, a := range s.attrs {
					out = append(out, string(a.name)+"="+string(a.value))
				}
			case tokEnd:
				out = append(out, ">")
			case tokText:
				out = append(out, string(s.text))
			}
		}
	}
	want := []string{"<a", "xmlns=u", "b=1>2", "<c", ">", "x&lt;y", "<z>", "<d", "e=f", ">", ">"}
	require.Equal(t, want, list(newScanner(context.Background(), strings.NewReader(text))))
	require.Equal(t, want, list(newScanner(context.Background(), iotest.OneByteReader(strings.NewReader(text)))))
}

func TestMarkupThatIsNone(t *testing.T) {
	for _, text := range []string{"<a b/>", "<a b=c/>", `<a b="<"/>`, "<a></b>", "</a>", "<a/><a/>", "x<a/>", "<a/>x", "< a/>", "<a/ >", "<a>&x</a>", "<a>&#xZ;</a>", "<a =''/>", "<![CDATA[x]]>", "<a><!x></a>", "<a></ab>", "<a>&#x;</a>"} {
		s := newScanner(context.Background(), strings.NewReader(text))
		var err error
		for tok := tokStart; err == nil && tok != tokEOF; {
			if tok, err = s.next(); err == nil && tok == tokText {
				_, err = appendText(nil, s.text, s.raw)
			}
		}
		require.Error(t, err, text)
	}
}
