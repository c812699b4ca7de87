package connector

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"ferry/extract/record"
	"ferry/extract/strictyaml"
)

var callKeys = []string{"path", "method", "query", "wrap", "form", "only", "except", "key_as", "always", "fixed",
	"answer", "key", "refused", "read_back", "effects", "batch", "poll", "off"}

// call reads one call that writes; nil where it is not given.
func (c *writeReader) call(n *strictyaml.Node, method string, more ...string) *WriteCall {
	if n == nil {
		return nil
	}
	m := n.Map(append(slices.Clone(callKeys), more...)...)
	w := &WriteCall{Call: c.request(m, method), Wrap: m.Get("wrap").Word(), Form: m.Get("form").Bool(),
		Only: c.fieldList(m.Get("only"), c.stream.Key...), Except: c.fieldList(m.Get("except")), KeyAs: m.Get("key_as").Word(),
		Always: c.fieldList(m.Get("always")), Fixed: c.literals(m.Get("fixed")), Answer: c.records(m.Get("answer")), Key: c.reader.path(m.Get("key")),
		ReadBack: m.Get("read_back").Bool(), Effects: c.effects(m.Get("effects")), Off: m.Get("off").Text()}
	for _, item := range m.Get("refused").Items() {
		f := item.Map("path", "equals", "why")
		w.Refused = append(w.Refused, Refusal{Path: c.reader.path(f.Need("path")), Equals: f.Get("equals").Word(), Why: f.Need("why").Word()})
	}
	w.Poll = c.poll(m.Get("poll"))
	if len(w.Only) > 0 && len(w.Except) > 0 {
		m.Get("except").KeyProblem("only and except exclude one another", "keep one of them")
	}
	if batch := m.Get("batch"); batch != nil {
		c.batch(batch, w)
	}
	return w
}

// request is the call itself; its places may name settings, fields and the key.
func (c *writeReader) request(m *strictyaml.Fields, method string) Call {
	places := slices.Concat([]string{"key"}, c.spec.SettingNames(), fieldPaths(c.stream.Fields), fieldPaths(c.fields))
	call := Call{Method: m.Get("method").Choice(http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete),
		Path: c.template(m.Need("path"), places), Query: c.query(m.Get("query"), places)}
	if call.Method == "" {
		call.Method = method
	}
	checkPath(m.Get("path"), call.Path)
	return call
}

// names checks that a call on one record says which.
func (c *writeReader) names(n *strictyaml.Node) {
	if n == nil || n.Child("path") == nil || n.Child("key_as") != nil || n.Child("only") != nil {
		return
	}
	texts := []string{n.Child("path").Text()}
	for _, e := range n.Child("query").Entries() {
		texts = append(texts, e.Value.Text())
	}
	text := strings.Join(texts, " ")
	known := append([]string{"key"}, c.stream.Key...)
	for _, find := range c.stream.Finds {
		known = append(known, find.By...)
	}
	for _, name := range known {
		if strings.Contains(text, "{"+name+"}") {
			return
		}
	}
	n.Problem("the call does not say which record", "put {key} into path or query, or name the field of the body in key_as")
}

func (c *writeReader) upsert(n *strictyaml.Node) *Upsert {
	call := c.call(n, http.MethodPost, "by", "create_only")
	if call == nil {
		return nil
	}
	u := &Upsert{WriteCall: *call, By: c.fieldList(n.Child("by"), c.stream.Key...), CreateOnly: c.fieldList(n.Child("create_only"))}
	if len(u.By) == 0 && n.Kind == strictyaml.Map {
		n.Problem("by is missing", "name the fields that the vendor finds the record by")
	}
	return u
}

// action reads one action. Its fields stand beside the stream's in what its
// call may name; those that it always sends are not asked for.
func (c *writeReader) action(name string, n *strictyaml.Node) Action {
	if !streamName.MatchString(name) {
		n.KeyProblem(fmt.Sprintf("%q is no name of an action", name), "use letters, digits, _ and -")
	}
	m := n.Map(append(slices.Clone(callKeys), "about", "fields", "with", "required", "field", "from", "to", "final")...)
	fields := c.fieldSet(m, nil)
	inner := &writeReader{reader: c.reader, stream: c.stream, fields: fields, paths: writePaths(fields)}
	a := Action{Name: name, About: m.Get("about").Text(), Fields: fields, Required: inner.fieldList(m.Get("required")), Final: m.Get("final").Text()}
	if call := inner.call(n, http.MethodPost, "about", "fields", "with", "required", "field", "from", "to", "final"); call != nil {
		a.WriteCall = *call
	}
	for _, f := range fields {
		if f.Required && !slices.Contains(a.Required, f.Name) {
			a.Required = append(a.Required, f.Name)
		}
	}
	a.Fields = slices.DeleteFunc(slices.Clone(fields), func(f record.Field) bool {
		return slices.ContainsFunc(a.Fixed, func(l record.Literal) bool { return l.Path == f.Name })
	})
	c.reaches(m, &a)
	return a
}

// reaches reads which status an action changes, and checks its values.
func (c *writeReader) reaches(m *strictyaml.Fields, a *Action) {
	a.Field, a.From, a.To = m.Get("field").Word(), m.Get("from").Texts(), m.Get("to").Word()
	if a.Field == "" {
		for _, key := range []string{"from", "to"} {
			if m.Get(key) != nil {
				m.Get(key).KeyProblem(key+" without field", "name the status field")
			}
		}
		return
	}
	flat := Flatten(c.stream.Fields)
	i := slices.IndexFunc(flat, func(f FlatField) bool { return f.Path == a.Field })
	if i < 0 {
		m.Get("field").Problem(fmt.Sprintf("no field %q", a.Field), strictyaml.Suggest(a.Field, writePaths(c.stream.Fields)))
		return
	}
	for _, item := range append(slices.Clone(listOrOne(m.Get("from"))), listOrOne(m.Get("to"))...) {
		if enum := flat[i].Field.Enum; len(enum) > 0 {
			item.Choice(enum...)
		}
	}
}

// literals reads fields with fixed values, each written as its field's kind is.
func (c *writeReader) literals(n *strictyaml.Node) []record.Literal {
	return c.literalsOf(n, c.fields)
}

// literalsOf does so for other fields than those that are written.
func (c *writeReader) literalsOf(n *strictyaml.Node, fields []record.Field) []record.Literal {
	var out []record.Literal
	flat := Flatten(fields)
	for _, e := range n.Entries() {
		i := slices.IndexFunc(flat, func(f FlatField) bool { return f.Path == e.Key })
		if i < 0 {
			e.Value.KeyProblem(fmt.Sprintf("no write takes a field %q", e.Key), strictyaml.Suggest(e.Key, writePaths(fields)))
			continue
		}
		out = append(out, record.Literal{Path: e.Key, Value: literal(e.Value, flat[i].Field)})
	}
	return out
}

func literal(n *strictyaml.Node, f record.Field) []byte {
	var value any
	switch f.Kind {
	case record.Boolean:
		value = n.Bool()
	case record.Integer:
		value = n.Int()
	case record.Number:
		number, err := strconv.ParseFloat(n.Text(), 64)
		if n.Text() == "null" || err != nil {
			n.Problem(fmt.Sprintf("%q is no number", n.Text()), "")
		}
		value = number
	case record.Object, record.List, record.Custom, record.File, record.JSON:
		n.Problem(fmt.Sprintf("a value for %s", TypeName(f)), "name a field inside it")
	default:
		value = n.Text()
		if len(f.Enum) > 0 {
			value = n.Choice(f.Enum...)
		}
	}
	data, err := json.Marshal(value)
	if err != nil { // a number such as NaN
		n.Problem(fmt.Sprintf("%q is no number", n.Text()), "")
	}
	return data
}
