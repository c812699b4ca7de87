package connector

import (
	"time"

	"ferry/extract/strictyaml"
)

// batch reads how many records go in one request, and what its answer says of
// each of them.
func (c *writeReader) batch(n *strictyaml.Node, w *WriteCall) {
	b := n.Map("path", "key", "max", "by", "at", "count", "refused", "results", "failed", "record", "message")
	w.BatchPath, w.BatchKey, w.BatchMax = w.Path, b.Need("key").Word(), b.Need("max").Int()
	if b.Get("path") != nil {
		w.BatchPath = c.template(b.Get("path"), c.spec.SettingNames())
		checkPath(b.Get("path"), w.BatchPath)
	}
	if b.Get("max") != nil && w.BatchMax < 1 {
		b.Get("max").Problem("must be at least 1", "the most records in one request")
	}
	t := &w.BatchTold
	t.By, t.At, t.Count = c.field(b.Get("by")), c.reader.path(b.Get("at")), c.reader.path(b.Get("count"))
	for _, item := range listOrOne(b.Get("refused")) {
		t.Refused = append(t.Refused, c.reader.path(item))
	}
	t.Results, t.Failed, t.Message = c.reader.path(b.Get("results")), c.reader.path(b.Get("failed")), c.reader.path(b.Get("message"))
	if record := b.Get("record"); record != nil && record.Text() == "none" {
		t.Record = "-"
	} else {
		t.Record = c.reader.path(record)
	}
	for _, key := range []string{"at", "refused", "results", "failed", "record", "message"} {
		if b.Get(key) != nil && t.By == "" {
			b.Get(key).KeyProblem(key+" without by", "name the field of a record that the answer repeats")
		}
	}
	for _, key := range []string{"failed", "record"} {
		if b.Get(key) != nil && t.Results == "" {
			b.Get(key).KeyProblem(key+" without results", "name the list that has an element for each record")
		}
	}
}

// Bounds of a poll where the spec does not say.
const (
	pollEvery  = 2 * time.Second
	pollWithin = 10 * time.Minute
)

// poll reads how to ask what became of work that has only begun.
func (c *writeReader) poll(n *strictyaml.Node) *Poll {
	if n == nil {
		return nil
	}
	m := n.Map("path", "method", "query", "job", "when", "done", "failed", "answer", "every", "within", "messages")
	p := &Poll{Call: c.reader.call(m, append([]string{"job"}, c.spec.SettingNames()...)), Job: c.reader.path(m.Need("job")), When: m.Get("when").Int(),
		Done: c.ends(m.Need("done")), Failed: c.ends(m.Get("failed")), Answer: c.records(m.Get("answer")), Every: pollEvery, Within: pollWithin}
	for _, item := range listOrOne(m.Get("messages")) {
		p.Messages = append(p.Messages, c.reader.path(item))
	}
	if m.Get("every") != nil {
		p.Every = c.span(m.Get("every"))
	}
	if m.Get("within") != nil {
		p.Within = c.span(m.Get("within"))
	}
	return p
}

// ends reads what in an answer tells that work has ended.
func (c *writeReader) ends(n *strictyaml.Node) Refusal {
	if n == nil {
		return Refusal{}
	}
	f := n.Map("path", "equals")
	return Refusal{Path: c.reader.path(f.Need("path")), Equals: f.Get("equals").Word()}
}
