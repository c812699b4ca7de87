package answer

import (
	"cmp"
	"slices"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/load/internal/xlsx"
)

// form is the sheet of a template: what its columns are.
type form struct {
	c       *TemplateConfig
	stream  *connector.Stream
	columns []entry
	left    []string
	headers map[string]bool
}

// entry is a column of a template.
type entry struct {
	header  string
	path    string
	field   *record.Field
	must    bool
	either  []string // headers of columns of which one is enough
	style   xlsx.Style
	list    string // name of its drop-down; "" none
	choices []xlsx.Choice
	more    string // said of its values
	written bool   // within an object that is written with the record: such as what a ticket is about
}

// newForm lists the columns: the fields that a creation takes, objects opened,
// custom fields by their labels; those that are needed first, then what is written
// with a record.
func newForm(c *TemplateConfig, stream *connector.Stream) *form {
	f := &form{c: c, stream: stream, headers: map[string]bool{}}
	f.add(stream.Writes.Fields, "", "")
	f.needs()
	slices.SortStableFunc(f.columns, func(a, b entry) int { return rank(&a) - rank(&b) })
	return f
}

func rank(e *entry) int {
	switch {
	case e.must:
		return 0
	case len(e.either) > 0 || e.written:
		return 1
	}
	return 2
}

// add adds the fields below a path; label is what stands before theirs.
func (f *form) add(fields []record.Field, path, label string) {
	for i := range fields {
		field := &fields[i]
		at, name := path+field.Name, label+cmp.Or(field.Label, words(field.Name))
		switch {
		case field.ReadOnly || field.Secret || path == "" && (!f.takes(field.Name) || f.named(field)):
		case field.Kind == record.Object:
			f.add(field.Fields, at+".", name+" / ")
		case field.Kind == record.Custom:
			f.custom(at)
		case field.Kind == record.List && field.Of != nil && field.Of.Kind == record.String:
			f.field(field, at, name)
			f.columns[len(f.columns)-1].more = "several with commas between"
		case field.Kind == record.List && f.element(field, at, name):
		case field.Kind == record.List || field.Kind == record.JSON || field.Kind == record.File:
			f.left = append(f.left, at)
		default:
			f.field(field, at, name)
		}
	}
}

// element adds the column of a list of objects that need one text which the record
// itself does not say: a row holds one of them, such as the comment that is written
// with a ticket. ok is false where they need none or more.
func (f *form) element(list *record.Field, path, label string) (ok bool) {
	if list.Of == nil || list.Of.Kind != record.Object {
		return false
	}
	var needed []record.Field
	for _, in := range list.Of.Fields {
		if in.Required && !in.ReadOnly && !f.says(&in) {
			needed = append(needed, in)
		}
	}
	if len(needed) != 1 || needed[0].Kind != record.String || needed[0].Secret {
		return false
	}
	in := needed[0]
	in.About, in.Required = cmp.Or(in.About, list.About), false
	f.field(&in, path+"[]."+in.Name, label+" / "+cmp.Or(in.Label, words(in.Name)))
	f.columns[len(f.columns)-1].written = true
	return true
}

// says tells whether a record says itself what an object within it needs: an import
// takes it from there.
func (f *form) says(in *record.Field) bool {
	return slices.ContainsFunc(f.stream.Writes.Fields, func(own record.Field) bool {
		return own.Name == in.Name && own.Kind == in.Kind && own.Kind == record.String && !own.ReadOnly
	})
}

// named tells whether a column of the form names the same record as a field does, and
// Ferry looks it up there: the number of an invoice beside the invoice.
func (f *form) named(field *record.Field) bool {
	return field.Kind == record.String && field.Known == nil && slices.ContainsFunc(f.stream.Writes.Fields, func(own record.Field) bool {
		to := own.Refers
		return to != nil && !own.ReadOnly && len(to.By) == 1 && strings.EqualFold(withoutID(own.Label)+" "+to.By[0], field.Label)
	})
}

// takes tells whether a new record can have a field: a creation takes it, or else the
// update that is sent right after.
func (f *form) takes(name string) bool {
	w := f.stream.Writes
	return w.Create == nil || callTakes(w.Create, name) || w.Update != nil && callTakes(w.Update, name)
}

func callTakes(call *connector.WriteCall, name string) bool {
	return (len(call.Only) == 0 || slices.ContainsFunc(call.Only, func(path string) bool {
		first, _, _ := strings.Cut(path, ".")
		return first == name
	})) && !slices.Contains(call.Except, name)
}

// field adds a column of one field.
func (f *form) field(field *record.Field, path, label string) {
	if field.Refers != nil && len(field.Refers.By) > 0 {
		label = withoutID(label)
	}
	e := entry{header: f.unique(label, path), path: path, field: field, must: field.Required && !strings.Contains(path, "."), style: styleOf(field.Kind)}
	switch {
	case field.Known != nil:
		f.offer(&e, field.Known.Stream, field.Known.Field)
	case field.Refers != nil && len(field.Refers.By) > 0:
		f.offer(&e, field.Refers.Stream, field.Refers.By[0])
		e.more = "as it is called in " + field.Refers.Stream
		e.style = xlsx.Text
	case len(field.Enum) > 0:
		e.choose(path, field.Enum)
	case field.Kind == record.Boolean:
		e.choose(path, []string{"yes", "no"})
	}
	f.columns = append(f.columns, e)
}

// withoutID is the label of a field that holds another record's number, for people
// who write its name: Customer, of Customer ID.
func withoutID(label string) string {
	for _, ending := range []string{" ID", " Id", " id"} {
		if short, is := strings.CutSuffix(label, ending); is && strings.Trim(short, " /") != "" {
			return strings.TrimRight(short, " /") // of an object: Customer / ID
		}
	}
	return label
}

// offer gives a column the values of a list of the account, where they are known.
func (f *form) offer(e *entry, stream, field string) {
	if f.c.Lists == nil {
		return
	}
	if values, ok := f.c.Lists(stream, field); ok && len(values) > 0 {
		e.choose(stream+"."+field, values)
	}
}

// choose gives a column a drop-down, sorted so that a value is found by its first
// letters.
func (e *entry) choose(name string, values []string) {
	sorted := slices.Clone(values)
	slices.SortFunc(sorted, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	sorted = slices.Compact(sorted)
	e.list, e.choices = name, make([]xlsx.Choice, len(sorted))
	for i, v := range sorted {
		e.choices[i] = xlsx.Choice{Shown: v, Value: v}
	}
}

// custom adds the custom fields of the account.
func (f *form) custom(path string) {
	if f.stream.Writes.Custom == nil {
		f.left = append(f.left, path)
		return
	}
	for i := range f.c.Custom {
		c := &f.c.Custom[i]
		at := path + "." + c.Label
		e := entry{header: f.unique(c.Label, at), path: at, field: &record.Field{Kind: record.String, About: "a field of your account"}, style: xlsx.Text}
		if len(c.Options) > 0 {
			e.choose(at, c.Options)
		}
		f.columns = append(f.columns, e)
	}
}

// unique gives a header that no column has yet.
func (f *form) unique(label, path string) string {
	header := strings.TrimSpace(label)
	if f.headers[strings.ToLower(header)] {
		header += " (" + path + ")"
	}
	f.headers[strings.ToLower(header)] = true
	return header
}

// needs marks what a new record needs, and what one of several is enough of. A
// star stands at the header of a column that is needed by itself.
func (f *form) needs() {
	for _, group := range f.stream.Writes.Required {
		var columns []*entry
		for i := range f.columns {
			if slices.Contains(group, f.columns[i].path) {
				columns = append(columns, &f.columns[i])
			}
		}
		if len(columns) == 1 {
			columns[0].must = true
			continue
		}
		for _, c := range columns {
			for _, other := range columns {
				if other != c {
					c.either = append(c.either, other.header)
				}
			}
		}
	}
	for i := range f.columns {
		if f.columns[i].must {
			f.columns[i].header += " *"
		}
	}
}

// words makes a heading of a field's name: due_date, dueDate become Due date.
func words(name string) string {
	var b strings.Builder
	for i, r := range name {
		switch {
		case r == '_' || r == '-':
			b.WriteByte(' ')
		case i > 0 && r >= 'A' && r <= 'Z' && name[i-1] >= 'a' && name[i-1] <= 'z':
			b.WriteByte(' ')
			b.WriteRune(r + 'a' - 'A')
		default:
			b.WriteRune(r)
		}
	}
	text := b.String()
	if text == "" {
		return name
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
