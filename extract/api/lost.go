package api

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"ferry/extract/connector"
)

// lost is the verdict on an attempt without an answer.
func (c *Client) lost(inner context.Context, err error, sent time.Time) verdict {
	v := verdict{class: connector.Retryable, kind: "reset", message: "no answer: " + innermost(err), err: err, started: sent}
	var (
		dns    *net.DNSError
		op     *net.OpError
		cert   *tls.CertificateVerificationError
		record tls.RecordHeaderError
		alert  tls.AlertError
	)
	switch {
	case errors.As(err, &cert), errors.As(err, &record), errors.As(err, &alert):
		v.class, v.unsent = connector.Permanent, true
		v.message = "no safe connection to " + c.base.Host + ": " + innermost(err)
		v.hint = "check base_url, and whether a proxy or virus scanner stands in between; certificates are always verified"
	case errors.As(err, &dns) && dns.IsNotFound && c.breaker.silent(time.Time{}):
		v.class, v.unsent = connector.Permanent, true
		v.message = "there is no host " + c.base.Hostname()
		v.hint = "check the settings that make up the address, base_url, and the network"
	case errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect"), errors.As(err, &dns):
		v.kind, v.unsent = "connect", true
		v.message = "no connection to " + c.base.Host + ": " + innermost(err)
	case errors.Is(context.Cause(inner), errTimeout), isTimeout(err):
		v.kind, v.message = "timeout", fmt.Sprintf("no answer within %s", c.o.Timeout)
	}
	v.hint = orHint(v)
	return v
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}

// innermost gives the text of the first cause, which names no addresses.
func innermost(err error) string {
	for {
		below := errors.Unwrap(err)
		if below == nil {
			return err.Error()
		}
		err = below
	}
}

// orHint is the verdict's hint, or its class's.
func orHint(v verdict) string {
	if v.hint != "" {
		return v.hint
	}
	return hints[v.class]
}

// size writes a number of bytes as max_body is written.
func size(n int64) string {
	for _, unit := range []struct {
		bytes int64
		name  string
	}{{1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}} {
		if n >= unit.bytes && n%unit.bytes == 0 {
			return fmt.Sprintf("%d %s", n/unit.bytes, unit.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}
