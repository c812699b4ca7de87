package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"

	"github.com/go-json-experiment/json/jsontext"

	"ferry/extract/connector"
)

// Client talks to one account. Its methods may be called by many goroutines.
type Client struct {
	o         Options
	base      *url.URL
	header    http.Header // signature, spec's headers, User-Agent
	secrets   secrets
	judge     judge
	transport http.RoundTripper
	own       *http.Transport // the transport, where it is our own
	slots     chan struct{}   // one for each request in flight
	breaker   breaker
	spent     atomic.Int64
	http1     atomic.Bool // the vendor speaks HTTP/1
	sunsets   sunsets

	// life ends with the first refused credential or a whole outage; its cause
	// is the *Error that every later request gets.
	life context.Context
	end  context.CancelCauseFunc
}

// New makes a client. It refuses a base URL in plain http beyond loopback, a
// transport that does not verify TLS, and settings that are missing.
func New(o Options) (*Client, error) {
	o, err := o.filled()
	if err != nil {
		return nil, err
	}
	c := &Client{o: o, judge: newJudge(o.Spec), slots: make(chan struct{}, o.Connections)}
	if c.base, err = o.Values.BaseURL(o.Spec, o.BaseURL); err != nil {
		return nil, err
	}
	c.header, c.secrets = signature(o)
	if err := c.carry(o); err != nil {
		return nil, err
	}
	c.breaker.changed = make(chan struct{})
	c.life, c.end = context.WithCancelCause(context.Background())
	return c, nil
}

// Close lets idle connections go. Requests in flight end as they would.
func (c *Client) Close() {
	if c.own != nil {
		c.own.CloseIdleConnections()
	}
}

// MaxBody is the most bytes that one answer may have.
func (c *Client) MaxBody() int64 { return c.o.MaxBody }

// Requests is what was spent so far: every attempt, whatever came of it.
func (c *Client) Requests() int64 { return c.spent.Load() }

// Do makes a request and returns its good answer. A body that claims to be JSON
// is JSON. The error is an *Error, the cause of the context's end (a deed that
// was on its way then may have been done), or an error of the usage file.
func (c *Client) Do(ctx context.Context, r Request) (*Answer, error) {
	return c.run(ctx, r, use{check: c.judge.sound})
}

// Open is Do for answers that are read as a stream, under MaxBody and the
// time-out. read is called once for each attempt whose header was good: when
// the connection breaks, everything begins again, so it must start over each
// time. Its own errors come back as they are. It must not call the Client. Of a
// good status only the header is judged: rules about the body and the error key
// do not see a stream.
func (c *Client) Open(ctx context.Context, r Request, read func(io.Reader, *Answer) error) error {
	_, err := c.run(ctx, r, use{read: read})
	return err
}

// PageArgs says which page of a list is wanted.
type PageArgs struct {
	Number  int               // as the vendor counts: Paging.First is the first; for offsets too
	Size    int               // rows asked for; 0: the spec's
	Variant string            // of a list with variants
	Ordered bool              // ask for the stream's immutable order
	Query   []connector.Param // filters, cursor and the like; a parameter here replaces the spec's
}

// Page reads one page of a stream's list. An answer that is not what the spec
// says is asked for again, then an *Error with a *ShapeError below it. Whether
// the echoes in Page fit what was asked for is the caller's to judge.
func (c *Client) Page(ctx context.Context, s *connector.Stream, a PageArgs) (*Page, *Answer, error) {
	r, err := c.pageRequest(s, a)
	if err != nil {
		return nil, nil, err
	}
	return c.Split(ctx, r, func(body []byte) (*Page, error) { return SplitPage(body, s.List) })
}

// Records makes a request whose answer holds a list or one record at the first
// of the paths that is there: a Get, a Detail, a Sub. Else it is as Page.
func (c *Client) Records(ctx context.Context, r Request, paths []string, shape connector.RowShape) (*Page, *Answer, error) {
	return c.Split(ctx, r, func(body []byte) (*Page, error) { return SplitRecords(body, paths, shape) })
}

// Split makes a request whose answer is cut into rows by split. An answer that
// split refuses is asked for again, then it is as Page says.
func (c *Client) Split(ctx context.Context, r Request, split func(body []byte) (*Page, error)) (*Page, *Answer, error) {
	var page *Page
	check := func(answer *Answer) (err error) {
		page, err = split(answer.Body)
		return err
	}
	answer, err := c.run(ctx, r, use{check: check})
	if err != nil {
		return nil, nil, err
	}
	return page, answer, nil
}

// pageRequest builds the request for a page.
func (c *Client) pageRequest(s *connector.Stream, a PageArgs) (Request, error) {
	l := s.List
	if l == nil {
		return Request{}, fmt.Errorf("stream %s has no list", s.Name)
	}
	call, err := l.Fill(c.setting)
	if err != nil {
		return Request{}, fmt.Errorf("stream %s: %w", s.Name, err)
	}
	query := call.Query
	if a.Ordered && s.Order != nil {
		query = put(query, s.Order.Query...)
	}
	query = put(query, a.Query...)
	if l.Variants != nil && a.Variant != "" {
		query = put(query, connector.Param{Name: l.Variants.Param, Value: a.Variant})
	}
	query = put(query, pageParams(l.Paging, a)...)
	return Request{
		Method: call.Method, Path: call.Path, Query: query, Idempotent: true,
		Label: pageLabel(s, a),
	}, nil
}

// pageLabel names a page for messages.
func pageLabel(s *connector.Stream, a PageArgs) string {
	switch {
	case s.List.Paging.Kind == connector.PageNone:
		return s.Name
	case a.Variant != "":
		return fmt.Sprintf("%s (%s), page %d", s.Name, a.Variant, a.Number)
	}
	return fmt.Sprintf("%s, page %d", s.Name, a.Number)
}

// OfPage is the request for one page of what r asks for, such as a sub-list.
func (r Request) OfPage(p *connector.Paging, number int) Request {
	r.Query = put(slices.Clone(r.Query), pageParams(*p, PageArgs{Number: number})...)
	return r
}

// pageParams are the parameters that pick a page.
func pageParams(p connector.Paging, a PageArgs) []connector.Param {
	size := a.Size
	if size == 0 {
		size = p.Size
	}
	var out []connector.Param
	switch p.Kind {
	case connector.PageNumber:
		out = append(out, connector.Param{Name: p.Param, Value: fmt.Sprint(a.Number)})
	case connector.PageOffset:
		out = append(out, connector.Param{Name: p.Param, Value: fmt.Sprint((a.Number - p.First) * size)})
	}
	if p.SizeParam != "" && size > 0 && p.Kind != connector.PageNone {
		out = append(out, connector.Param{Name: p.SizeParam, Value: fmt.Sprint(size)})
	}
	return out
}

// put replaces parameters by name and appends the others.
func put(query []connector.Param, params ...connector.Param) []connector.Param {
next:
	for _, p := range params {
		for i := range query {
			if query[i].Name == p.Name {
				query[i] = p
				continue next
			}
		}
		query = append(query, p)
	}
	return query
}

// sound refuses a body that claims to be JSON and is not.
func (j *judge) sound(a *Answer) error {
	if len(a.Body) == 0 || !isJSON(mediaType(a.Header)) || jsontext.Value(a.Body).IsValid() {
		return nil
	}
	_, err := SplitRecords(a.Body, nil, connector.RowShape{})
	if shape := (*ShapeError)(nil); errors.As(err, &shape) && shape.Damaged {
		return shape
	}
	return &ShapeError{Want: "sound JSON", Found: "damaged", Damaged: true}
}
