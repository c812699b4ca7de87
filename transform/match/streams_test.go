package match

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/sheet"
	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
)

// example is a cell that a field takes.
func example(t *target) (string, column.As) {
	switch kind := t.field.Kind; {
	case t.by != "" && t.byField.Kind == record.Integer, t.by == "" && kind == record.Integer:
		return "12", column.Number
	case t.by != "":
		return "Acme", column.Text
	case len(t.field.Enum) > 0:
		return t.field.Enum[0], column.Text
	case kind == record.Number, kind == record.Decimal:
		return "12.5", column.Number
	case kind == record.Boolean:
		return "true", column.Boolean
	case kind == record.Date:
		return "2024-05-31", column.Date
	case kind == record.DateTime:
		return "2024-05-31T10:00:00", column.DateTime
	case t.idea("email"):
		return "ann@example.com", column.Text
	case t.idea("phone", "mobile", "fax") || t.field.Folds != nil:
		return "+1 719 388 1967", column.Text
	}
	return "some text", column.Text
}

// writable lists every stream that a sheet can be loaded into.
func writable(t *testing.T, spec *connector.Spec) []*connector.Stream {
	t.Helper()
	var out []*connector.Stream
	for _, name := range spec.Writable() {
		st, err := spec.Stream(name)
		require.NoError(t, err)
		if st.Writes.Off == "" && (st.Writes.Create != nil || st.Writes.Update != nil || st.Writes.Upsert != nil) {
			out = append(out, st)
		}
	}
	return out
}

// answered proposes again and again, with the first choice for each question that
// waits for an answer, until none does.
func answered(t *testing.T, in Input) *Proposal {
	t.Helper()
	in.Answers = sheet.Answers{}
	for range 40 {
		p, err := Propose(in)
		require.NoError(t, err)
		waiting := slices.DeleteFunc(slices.Clone(p.Questions), func(q grid.Question) bool { return q.Default != "" })
		if len(waiting) == 0 {
			return p
		}
		for _, q := range waiting {
			_, again := in.Answers[q.ID]
			require.False(t, again, "%s is asked again: %s", q.ID, q.Why)
			switch {
			case len(q.Choices) > 0:
				id, kept := q.Kept(q.Choices[0].Written())
				in.Answers[id] = kept
			default:
				in.Answers[q.ID] = constantFor(t, in, q.ID)
			}
		}
	}
	require.Fail(t, "questions without end")
	return nil
}

// constantFor answers a question about a required field.
func constantFor(t *testing.T, in Input, id string) string {
	t.Helper()
	switch id {
	case "zone":
		return "Europe/Paris"
	case "region":
		return "US"
	}
	st, err := in.Target.Stream(in.Stream)
	require.NoError(t, err)
	for _, f := range targets(in.Target, st, nil) {
		if "need."+f.path == id {
			text, _ := example(f)
			return text
		}
	}
	require.Fail(t, "no answer", id)
	return ""
}

// A file with a column for every field of a stream, called as on the vendor's
// screens, and one with a single strange column: what is proposed compiles.
func TestEveryWritableStreamOfEveryVendor(t *testing.T) {
	for _, name := range connector.Names() {
		spec := vendor(t, name)
		for _, st := range writable(t, spec) {
			t.Run(name+"."+st.Name, func(t *testing.T) {
				var full []col
				taken := map[string]bool{}
				for _, f := range targets(spec, st, nil) {
					header := f.label
					if f.by != "" {
						header += " " + f.by
					}
					if f.person[0] != "" || taken[header] {
						continue
					}
					taken[header] = true
					text, as := example(f)
					full = append(full, col{header: header, as: as, cells: []string{text, text}})
				}
				for what, l := range map[string]*sheet.Layout{"full": layout(full...), "strange": layout(cells("Zyx", "1"))} {
					in := Input{Target: spec, Stream: st.Name, Layout: l, Region: "US", Zone: "Europe/Paris"}
					if what == "strange" && (st.Name == "tags" || len(st.Writes.Required) == 0) {
						continue // a list cannot be given for all rows; nothing at all is no mapping
					}
					p := answered(t, in)
					prog := program(t, p, l, spec)
					assert.Empty(t, p.Missing, what)
					assert.NotEmpty(t, prog.Stream(0).Fields())
					oneToOne(t, p)
					if what == "full" {
						assert.GreaterOrEqual(t, mappedShare(p), 0.9, "%s\n%s", p.Mapping, leftOut(p))
					}
				}
			})
		}
	}
}

func oneToOne(t *testing.T, p *Proposal) {
	t.Helper()
	seen := map[string]string{}
	for _, pair := range p.Pairs {
		id := pair.Field + ":" + pair.By
		if pair.Field == "" {
			continue
		}
		gathered := slices.ContainsFunc(p.Pairs, func(o Pair) bool {
			return slices.Contains(o.With, pair.Column) && slices.Contains(o.With, seen[id])
		})
		if seen[id] != "" && !gathered {
			assert.Fail(t, "two columns on one field", "%s: %s, %s", id, seen[id], pair.Column)
		}
		seen[id] = pair.Column
	}
}

func mappedShare(p *Proposal) float64 {
	n := 0
	for _, pair := range p.Pairs {
		if pair.Field != "" {
			n++
		}
	}
	return float64(n) / float64(len(p.Pairs))
}

func leftOut(p *Proposal) (out []string) {
	for _, pair := range p.Pairs {
		if pair.Field == "" {
			out = append(out, pair.Column+" ("+pair.Why+")")
		}
	}
	return out
}

func TestWhatCannotBeMatched(t *testing.T) {
	spec := vendor(t, "syncro")
	for stream, want := range map[string]string{
		"custumers": `unknown stream "custumers"; did you mean "customers"?`,
		"users":     `nothing can be written to stream "users" of Syncro; writable: customers, customers.phones`,
	} {
		_, err := Propose(Input{Target: spec, Stream: stream, Layout: layout(cells("Name", "A"))})
		require.ErrorContains(t, err, want)
	}
	_, err := Propose(Input{Target: vendor(t, "synchroteam"), Stream: "recurrence", Layout: layout(cells("Name", "A"))})
	require.ErrorContains(t, err, "switched off")
	_, err = Propose(Input{})
	require.Error(t, err)
}
