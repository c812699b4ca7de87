package api

import (
	"crypto/tls"
	"encoding/base64"
	"errors"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"ferry/extract/connector"
)

// secrets are the texts that must not be seen in a message.
type secrets []string

// signature makes the header every request carries, and collects what of it is
// secret.
func signature(o Options) (http.Header, secrets) {
	h := http.Header{}
	h.Set("User-Agent", "ferry/"+o.Version)
	h.Set("Accept", strings.Join(acceptable(o.Spec.Answers), ", "))
	h.Set("Cache-Control", "no-cache") // a proxy's old answer would hide what was written
	for _, p := range o.Spec.Headers {
		h.Set(p.Name, o.Values.Expand(p.Value).Reveal())
	}
	auth := o.Spec.Auth
	user, value := o.Values.Expand(auth.User).Reveal(), o.Values.Expand(auth.Value).Reveal()
	hidden := secrets{value}
	switch auth.Kind {
	case connector.AuthBasic:
		pair := base64.StdEncoding.EncodeToString([]byte(user + ":" + value))
		h.Set("Authorization", "Basic "+pair)
		hidden = append(hidden, pair)
	case connector.AuthBearer:
		h.Set("Authorization", "Bearer "+value)
	case connector.AuthHeader:
		h.Set(auth.Name, value)
	}
	for _, s := range o.Spec.Settings {
		if s.Secret {
			text, _ := o.Values.Lookup(s.Name)
			hidden = append(hidden, text)
		}
	}
	return h, hidden.useful()
}

// useful drops what is too short to be told from ordinary text, longest first.
func (s secrets) useful() secrets {
	s = slices.DeleteFunc(s, func(t string) bool { return len(t) < 4 })
	slices.SortFunc(s, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(s)
}

// maxMessage is how much of a vendor's text an error carries.
const maxMessage = 300

// An address in a message may be a person's.
var address = regexp.MustCompile(`[\w.+-]+@[\w-]+\.[\w.-]+`)

// clean makes a vendor's text fit for an error: one line, short, without
// secrets and without e-mail addresses.
func (s secrets) clean(text string) string {
	if len(text) > 8*maxMessage {
		text = text[:8*maxMessage]
	}
	for _, secret := range s {
		text = strings.ReplaceAll(text, secret, "[secret]")
	}
	text = address.ReplaceAllString(text, "[e-mail]")
	text = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= maxMessage {
		return text
	}
	cut := maxMessage
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}

// setting looks a setting up for a template of the spec; one without a value is
// empty.
func (c *Client) setting(name string) (string, bool) {
	text, _ := c.o.Values.Lookup(name)
	_, err := c.o.Spec.Setting(name)
	return text, err == nil
}

// carry sets the transport.
func (c *Client) carry(o Options) error {
	if o.Transport != nil {
		c.transport = o.Transport
		if t, ok := o.Transport.(*http.Transport); ok && t.TLSClientConfig != nil && t.TLSClientConfig.InsecureSkipVerify {
			return errors.New("api: a transport that does not verify TLS is refused")
		}
		return nil
	}
	c.own = &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: 15 * time.Second,
		ForceAttemptHTTP2:   true,
		MaxIdleConns:        o.Connections,
		MaxIdleConnsPerHost: o.Connections,
		// Shorter than most servers keep one: a request lost on a connection that
		// the vendor has just closed is paid all the same.
		IdleConnTimeout:    25 * time.Second,
		ReadBufferSize:     32 << 10,
		DisableCompression: true, // unpacked in body.go, where the limit is
	}
	c.transport = c.own
	if !isLoopback(c.base.Hostname()) {
		c.header.Set("Accept-Encoding", "gzip")
	}
	return nil
}
