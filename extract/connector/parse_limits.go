package connector

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"ferry/extract/strictyaml"
)

func (r *reader) budget(n *strictyaml.Node) Budget {
	m := n.Map("per", "rate", "quota", "zone", "headers")
	b := Budget{
		PerIP: m.Get("per").Choice("key", "ip") == "ip",
		Rate:  r.limit(m.Get("rate")),
		Quota: r.limit(m.Get("quota")),
		Zone:  r.zone(m.Get("zone")),
	}
	if b.Zone == nil {
		b.Zone = time.UTC
	}
	h := m.Get("headers").Map("rate", "quota")
	for _, name := range []string{"rate", "quota"} {
		if part := h.Get(name); part != nil {
			b.Headers = append(b.Headers, r.limitHeaders(part, name == "quota"))
		}
	}
	return b
}

func (r *reader) limit(n *strictyaml.Node) Limit {
	if n == nil {
		return Limit{}
	}
	text := n.Text()
	if n.Kind != strictyaml.Scalar {
		return Limit{}
	}
	limit, err := ParseLimit(text)
	if err != nil {
		n.Problem(err.Error(), "")
	}
	return limit
}

// span reads a length of time; 0 where it is not given.
func (r *reader) span(n *strictyaml.Node) time.Duration {
	text := n.Text()
	if n == nil || n.Kind != strictyaml.Scalar {
		return 0
	}
	d, err := ParseSpan(text)
	if err != nil {
		n.Problem(err.Error(), "")
	}
	return d
}

func (r *reader) limitHeaders(n *strictyaml.Node, quota bool) LimitHeaders {
	m := n.Map("limit", "remaining", "reset", "reset_is")
	h := LimitHeaders{
		Quota:     quota,
		Limit:     r.named(m.Get("limit"), headerName, "the name of a header"),
		Remaining: r.named(m.Get("remaining"), headerName, "the name of a header"),
		Reset:     r.named(m.Get("reset"), headerName, "the name of a header"),
		ResetIs: ResetForm(m.Get("reset_is").Choice(
			string(ResetEpoch), string(ResetMillis), string(ResetSeconds), string(ResetDate))),
	}
	switch {
	case h.Limit == "" && h.Remaining == "" && h.Reset == "":
		n.Problem("names no header", "write limit, remaining or reset, or remove it")
	case h.Reset != "" && m.Get("reset_is") == nil:
		m.Get("reset").KeyProblem("reset_is is missing", "say how the moment is written: epoch, millis, seconds or date")
	case h.Reset == "" && m.Get("reset_is") != nil:
		m.Get("reset_is").KeyProblem("reset_is without reset", "name the header in reset")
	}
	return h
}

func (r *reader) answers(n *strictyaml.Node) Answers {
	m := n.Map("content_types", "messages", "key", "rules")
	a := Answers{ContentTypes: m.Get("content_types").Texts(), ErrorKey: m.Get("key").Word()}
	for _, path := range listOrOne(m.Get("messages")) {
		a.Messages = append(a.Messages, r.path(path))
	}
	for _, item := range m.Get("rules").Items() {
		a.Rules = append(a.Rules, r.answerRule(item))
	}
	return a
}

func (r *reader) answerRule(n *strictyaml.Node) AnswerRule {
	m := n.Map("status", "body", "header", "equals", "class", "hint")
	rule := AnswerRule{
		Body:   m.Get("body").Word(),
		Header: r.named(m.Get("header"), headerName, "the name of a header"),
		Equals: m.Get("equals").Word(),
		Class:  Class(m.Need("class").Choice(classNames[:]...)),
		Hint:   m.Get("hint").Text(),
	}
	for _, item := range listOrOne(m.Get("status")) {
		code := item.Int()
		if item.Kind == strictyaml.Scalar && (code < 100 || code > 599) && (code != 0 || item.Text() == "0") {
			item.Problem(fmt.Sprintf("%d is no HTTP status", code), "write a number from 100 to 599")
		}
		rule.Status = append(rule.Status, code)
	}
	if rule.Equals != "" && rule.Header == "" {
		m.Get("equals").KeyProblem("equals without header", "name the header whose value is compared")
	}
	if m.Get("status") == nil && m.Get("body") == nil && m.Get("header") == nil && n.Kind == strictyaml.Map {
		n.Problem("a rule without a condition", "write status, body or header")
	}
	if rule.Class == OK && slices.Contains(rule.Status, http.StatusUnauthorized) {
		n.Problem("401 cannot be ok", "")
	}
	return rule
}

// listOrOne gives the values of a list; one scalar counts as a list of one.
func listOrOne(n *strictyaml.Node) []*strictyaml.Node {
	if n != nil && n.Kind == strictyaml.Scalar {
		return []*strictyaml.Node{n}
	}
	return n.Items()
}
