package api

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"ferry/extract/connector"
)

// isLoopback tells whether a host is this machine.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// call is a Request made ready: what every attempt of it sends.
type call struct {
	Request
	url     *url.URL
	header  http.Header
	show    string // path and parameter names, for messages
	reading bool   // GET or HEAD: sending it twice does no harm
	tally   tally
}

// prepare turns a Request into a call.
func (c *Client) prepare(r Request) (*call, error) {
	if r.Method == "" {
		r.Method = http.MethodGet
	}
	u, err := c.locate(r)
	if err != nil {
		return nil, err
	}
	k := &call{Request: r, url: u, header: c.header.Clone()}
	k.reading = r.Method == http.MethodGet || r.Method == http.MethodHead
	k.show = showPath(r.Path, u)
	if len(r.Body) > 0 {
		k.header.Set("Content-Type", "application/json")
	}
	if len(r.Types) > 0 {
		k.header.Set("Accept", strings.Join(r.Types, ", "))
	}
	for name, values := range r.Header {
		k.header[http.CanonicalHeaderKey(name)] = values
	}
	return k, nil
}

// locate gives the whole address of a request, always at the account's host.
func (c *Client) locate(r Request) (*url.URL, error) {
	path, err := url.Parse(r.Path)
	if err != nil {
		return nil, fmt.Errorf("%s: the path is not a path; escape it", r.Label)
	}
	if path.IsAbs() || path.Host != "" || path.Opaque != "" || path.User != nil {
		return nil, fmt.Errorf("%s: a path below %s is needed, not an address", r.Label, c.base.Host)
	}
	for part := range strings.SplitSeq(path.Path, "/") {
		if part == ".." || part == "." {
			return nil, fmt.Errorf("%s: the path must not hold %q", r.Label, part)
		}
	}
	u := *c.base
	u.Path = strings.TrimRight(c.base.Path, "/") + "/" + strings.TrimLeft(path.Path, "/")
	u.RawPath = strings.TrimRight(c.base.EscapedPath(), "/") + "/" + strings.TrimLeft(path.EscapedPath(), "/")
	u.RawQuery = encode(path.RawQuery, r.Query)
	return &u, nil
}

// encode writes a query in the given order. Spaces become "+", as in forms.
func encode(have string, query []connector.Param) string {
	var b strings.Builder
	b.WriteString(have)
	for _, p := range query {
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(p.Name))
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(p.Value))
	}
	return b.String()
}

// showPath is how a request is named in messages: its path below the base and
// the names of its parameters.
func showPath(path string, u *url.URL) string {
	path, _, _ = strings.Cut(path, "?")
	var names []string
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); err == nil && plain != "" {
			names = append(names, plain)
		}
	}
	if len(names) == 0 {
		return strings.TrimLeft(path, "/")
	}
	return strings.TrimLeft(path, "/") + "?" + strings.Join(names, "&")
}

// redirected gives the address an answer sends us to. Other hosts, other ports
// and other schemes are refused: the credentials stay where they belong.
func (c *Client) redirected(k *call, from *url.URL, status int, location string) (*url.URL, *verdict) {
	to, err := from.Parse(location)
	switch {
	case location == "" || err != nil:
		return nil, &verdict{class: connector.Permanent, message: "a redirect to nowhere"}
	case to.Scheme != c.base.Scheme || !strings.EqualFold(to.Host, c.base.Host):
		return nil, &verdict{
			class: connector.Permanent, message: "a redirect to " + to.Scheme + "://" + to.Host + ", which was not followed",
			hint: "if that is where the account lives now, set base_url to it",
		}
	case !k.reading && status != http.StatusTemporaryRedirect && status != http.StatusPermanentRedirect:
		return nil, &verdict{class: connector.Permanent, message: "a redirect that would turn " + k.Method + " into GET"}
	}
	to.Fragment, to.User = "", nil
	return to, nil
}

// isRedirect tells whether a status sends us elsewhere.
func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}
