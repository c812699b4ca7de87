package check

import (
	"slices"

	"ferry/extract/record"
	"ferry/extract/sheet"
	"ferry/extract/sheet/column"
	"ferry/transform/mapping"
)

// plan is what is known before the first row.
type plan struct {
	cfg     *Config
	columns []columnPlan // that are mapped or part of the key, in the order of the recipe
	width   int          // fields of the source stream
	fields  []fieldPlan  // one a rule of the stream
	needs   []need
	key     []int                  // of columns
	names   map[string]*namesWords // that finds look in, by placeOfFind
}

// columnPlan is a column whose cells matter. What stands in the others is never
// looked at: nobody asked for it.
type columnPlan struct {
	*sheet.Column
	index int // in Row.Values
	field int // in the source stream
}

// fieldPlan is a target field that is made of cells.
type fieldPlan struct {
	path    string
	label   string
	columns []int // of plan.columns
	typ     *record.Field
	clear   string   // the word that empties it
	list    *options // nil: every value is good
	options []string // what may be written instead of a value that is none; nil: not known
	allowed string   // the options in words: what to write; "" not known
	clock   bool     // a time that the mapping takes for local
	digits  bool     // it, or what is in it, keeps digits alone
	finds   bool     // it names records of the target that are known
}

func newPlan(cfg *Config) *plan {
	p := &plan{cfg: cfg, width: len(cfg.Stream.Source().Fields)}
	used := map[string]bool{}
	rules := cfg.Stream.Fields()
	for i := range rules {
		for _, path := range cfg.Stream.Reads(i) {
			used[path] = true
		}
	}
	for _, path := range cfg.Stream.Uses() {
		used[path] = true
	}
	for i := range cfg.Recipe.Columns {
		c := &cfg.Recipe.Columns[i]
		at := slices.IndexFunc(cfg.Stream.Source().Fields, func(f record.Field) bool { return f.Name == c.Name })
		if at >= 0 && (used[c.Name] || slices.Contains(cfg.Recipe.Key, c.Name)) {
			p.columns = append(p.columns, columnPlan{Column: c, index: i, field: at})
		}
	}
	for _, name := range cfg.Recipe.Key {
		if at := p.column(name); at >= 0 {
			p.key = append(p.key, at)
		}
	}
	for i := range rules {
		p.fields = append(p.fields, p.field(i, &rules[i]))
	}
	p.findNeeds()
	return p
}

func (p *plan) column(name string) int {
	return slices.IndexFunc(p.columns, func(c columnPlan) bool { return c.Name == name })
}

func (p *plan) field(i int, f *mapping.Field) fieldPlan {
	rule, typ := p.cfg.Stream.Rule(i), p.cfg.Stream.Type(i)
	out := fieldPlan{path: f.Path.String(), label: f.Path[len(f.Path)-1], typ: typ, clear: rule.Clear}
	if typ != nil && typ.Label != "" {
		out.label = typ.Label
	}
	for _, path := range p.cfg.Stream.Reads(i) {
		if at := p.column(path); at >= 0 {
			out.columns = append(out.columns, at)
		}
	}
	slices.Sort(out.columns)
	out.list = p.listOf(f, typ)
	switch {
	case typ != nil && len(typ.Enum) > 0:
		out.options = typ.Enum
	case out.list != nil:
		out.options = out.list.values
	default:
		for _, pair := range rule.Values {
			out.options = append(out.options, pair.From)
		}
	}
	out.allowed = allowedText(out.options)
	out.digits = keepsDigits(typ)
	for _, find := range p.cfg.Stream.Finds(i) {
		out.finds = p.find(find) || out.finds
	}
	out.clock = typ != nil && typ.Kind == record.DateTime && p.cfg.Zone != nil && slices.ContainsFunc(out.columns, func(c int) bool {
		return p.columns[c].Reading.As == column.DateTime
	})
	return out
}

// listOf gives the values of the account that a field takes; nil where they are
// not known.
func (p *plan) listOf(f *mapping.Field, typ *record.Field) *options {
	if p.cfg.Lists == nil || f.Refs != "" || f.Finds != "" {
		return nil
	}
	stream, name := p.cfg.Target.Name, f.Path.String()
	var folds []string
	if typ != nil {
		one := typ
		if typ.Kind == record.List && typ.Of != nil {
			one = typ.Of
		}
		if one.Known == nil {
			return nil
		}
		stream, name, folds = one.Known.Stream, one.Known.Field, one.Folds
	}
	values, ok := p.cfg.Lists(stream, name)
	if !ok {
		return nil
	}
	return newOptions(values, folds)
}

// options are the values that a field takes.
type options struct {
	values  []string
	known   map[string]bool
	folding record.Folding
}

func newOptions(values, folds []string) *options {
	o := &options{values: values, known: make(map[string]bool, len(values)), folding: record.FoldingOf(folds)}
	for _, v := range values {
		o.known[o.folding.Text(v)] = true
	}
	return o
}

func (o *options) has(text string) bool {
	return o.known[text] && o.folding == 0 || o.known[o.folding.Text(text)]
}
