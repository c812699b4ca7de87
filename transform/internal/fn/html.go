package fn

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func buildHTML(o *options) textual {
	links, fit := o.text("links") == "keep", fitter(o)
	return ofLine(maxText, func(s string) (string, error) { return fit(htmlText(s, links)) })
}

// htmlText reads tags one by one without building a tree, so that neither
// depth nor size of the input matters.
func htmlText(s string, links bool) string {
	if !strings.ContainsAny(s, "<&") {
		return clean(s, true)
	}
	w := &htmlWriter{links: links}
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return clean(w.b.String(), true)
		case html.TextToken:
			w.text(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			w.open(t)
		case html.EndTagToken:
			t := z.Token()
			w.close(t.DataAtom)
		}
	}
}

type htmlWriter struct {
	b      strings.Builder
	links  bool
	hidden atom.Atom // the element whose content is not shown
	pre    bool
	href   string
	from   int // where the link's text began
}

func (w *htmlWriter) text(s string) {
	if w.hidden != 0 {
		return
	}
	s = html.UnescapeString(s)
	if !w.pre { // line breaks of the source are only space
		s = strings.NewReplacer("\r", " ", "\n", " ").Replace(s)
	}
	w.b.WriteString(s)
}

func (w *htmlWriter) open(t html.Token) {
	if w.hidden != 0 {
		return
	}
	switch t.DataAtom {
	case atom.Script, atom.Style, atom.Head, atom.Title, atom.Template:
		if t.Type == html.StartTagToken {
			w.hidden = t.DataAtom
		}
	case atom.Br, atom.Tr, atom.Div, atom.Dt, atom.Dd:
		w.b.WriteByte('\n')
	case atom.Li:
		w.b.WriteString("\n- ")
	case atom.Td, atom.Th:
		w.b.WriteString(" ")
	case atom.Hr, atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Table, atom.Blockquote, atom.Pre:
		w.b.WriteString("\n\n")
		w.pre = w.pre || t.DataAtom == atom.Pre
	case atom.A:
		w.href, w.from = "", w.b.Len()
		for _, a := range t.Attr {
			if a.Key == "href" {
				w.href = strings.TrimSpace(a.Val)
			}
		}
	case atom.Img:
		for _, a := range t.Attr {
			if a.Key == "alt" {
				w.b.WriteString(a.Val)
			}
		}
	}
}

func (w *htmlWriter) close(a atom.Atom) {
	if w.hidden != 0 {
		if a == w.hidden {
			w.hidden = 0
		}
		return
	}
	switch a {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Table, atom.Blockquote, atom.Pre:
		w.b.WriteString("\n\n")
		w.pre = w.pre && a != atom.Pre
	case atom.Div:
		w.b.WriteByte('\n')
	case atom.A:
		w.closeLink()
	}
}

// closeLink writes the address behind a link where its text is another.
func (w *htmlWriter) closeLink() {
	address := strings.TrimPrefix(strings.TrimPrefix(w.href, "mailto:"), "tel:")
	text := strings.TrimSpace(w.b.String()[w.from:])
	if w.links && address != "" && address[0] != '#' && !strings.HasPrefix(strings.ToLower(address), "javascript:") && text != address {
		w.b.WriteString(" (" + address + ")")
	}
	w.href = ""
}
