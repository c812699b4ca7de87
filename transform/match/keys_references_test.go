package match

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/sheet"
)

// What all contacts of a company have in common finds none of them: a reference is
// part of a key, and never the whole of one.
func TestNoRecordIsFoundByAReferenceAlone(t *testing.T) {
	named, company := cells("Name", "Ann Lee", "Bert Moe"), cells("Company", "Acme", "Acme")
	for name, c := range map[string]struct {
		cols    []col
		answers sheet.Answers
		want    string
	}{
		"name and company":          {[]col{named, company}, nil, "customer_id+name"},
		"an e-mail in some rows":    {[]col{named, company, {header: "Email", looks: "email", cells: []string{"a@x.org", ""}}}, nil, "customer_id+email; customer_id+name"},
		"one company for all rows":  {[]col{named}, sheet.Answers{"need.customer_id": "Acme"}, "customer_id+name"},
		"an e-mail and no company":  {[]col{named, {header: "Email", looks: "email", cells: []string{"a@x.org", "b@x.org"}}}, nil, "email"},
		"the answer of a reference": {[]col{named, company}, sheet.Answers{"found-by": "customer_id"}, "customer_id+name"},
	} {
		t.Run(name, func(t *testing.T) {
			p := propose(t, "syncro.contacts", Input{Layout: layout(c.cols...), Answers: c.answers})
			q := question(p, "found-by")
			require.NotNil(t, q)
			assert.Equal(t, c.want, q.Default, "%s", p.Mapping)
		})
	}
	p := propose(t, "syncro.contacts", Input{Layout: layout(cells("Title", "Boss"), company), Answers: sheet.Answers{"need.name": "Front desk"}})
	assert.NotNil(t, fact(p, "no-key"))
}

// The same for everything that the shipped specs can write, with a column for every
// field.
func TestNoShippedStreamIsFoundByAReferenceAlone(t *testing.T) {
	for _, name := range connector.Names() {
		spec := vendor(t, name)
		for _, stream := range spec.Writable() {
			st, err := spec.Stream(stream)
			require.NoError(t, err)
			if st.Writes.Off != "" {
				continue
			}
			var cols []col
			refers := map[string]bool{}
			for _, target := range targets(spec, st, nil) {
				if target.by != "" {
					refers[target.path] = true
				}
				if target.person[0] == "" && target.list == "" {
					cols = append(cols, cells(target.id(), "a", "b"))
				}
			}
			p := propose(t, name+"."+stream, Input{Layout: layout(cols...), Zone: "UTC", Region: "US"})
			q := question(p, "found-by")
			if q == nil {
				continue
			}
			for _, choice := range q.Choices {
				assert.False(t, refers[choice.Value], "%s.%s: %s", name, stream, choice.Value)
			}
		}
	}
}
