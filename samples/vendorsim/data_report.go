package vendorsim

// reportItem is one question of a block (reference: The item object).
type reportItem struct {
	id         int
	kind, name string
	mandatory  bool
	dependsOn  int
	when       string
	list       []string
}

// block is a part of a report template (reference: The block object).
type block struct {
	id        int
	name      string
	shared    bool
	mandatory bool
	published bool
	min, max  int
	items     []reportItem
}

// template is a report template (reference: Report Template Object).
type template struct {
	named
	published, standard bool
	blocks              []block
}

var sharedBlocks = []block{
	{4992, "Window", true, false, true, 0, 0, []reportItem{
		{3430, "picture", "Photo", false, 0, "", nil}, {3431, "text", "Remark", false, 0, "", nil},
	}},
	{4993, "Door", true, false, true, 0, 0, []reportItem{{3440, "numeric", "Number of doors", true, 0, "", nil}}},
	{4994, "Draft block", true, false, false, 0, 0, []reportItem{{3450, "signature", "Sign here", true, 0, "", nil}}},
}

var reportTemplates = []template{
	{named{781, "Maintenance Report"}, true, true, []block{
		{3275, "Sample Block 1", false, true, true, 1, 1, []reportItem{
			{10363, "text", "Item name 1", false, 0, "", nil},
			{10364, "list", "Item name 2", true, 0, "", []string{"In the street", "Inside"}},
		}},
		{3276, "Sample Block 2", false, true, true, 1, 3, []reportItem{
			{10365, "list", "Do we need to intervene?", false, 0, "", []string{"yes", "no"}},
			{10366, "date", "Date for next visit", false, 10365, "yes", nil},
		}},
	}},
	{named{45690, "Sample Job Report Template"}, true, false, []block{
		{4986, "Satisfaction Survey", false, true, true, 1, 1, []reportItem{
			{3421, "list", "Pick a value", false, 0, "", []string{"not very", "somewhat", "very"}},
			{3422, "numeric", "How many?", true, 0, "", nil},
		}},
		sharedBlocks[0],
	}},
	{named{4488, "modèle par défaut"}, false, false, []block{
		{4999, "Customer section", false, false, true, 0, 1, []reportItem{
			{3460, "text", "Did the Customer approve the quote?", false, 0, "", nil},
			{3461, "compliance", "Compliant", true, 0, "", nil}, {3462, "time", "Arrival", false, 0, "", nil},
		}},
	}},
}

// design is the item as templates and blocks show it (reference: Report Design Fields).
func (it reportItem) design(position int) object {
	o := it.common(nil, position)
	var values any
	if it.list != nil {
		values = it.list
	}
	return append(o, member{"listValues", values})
}

func (it reportItem) common(none any, position int) object {
	var on, when any = none, none
	if none == any(0) {
		when = ""
	}
	if it.dependsOn != 0 {
		on, when = it.dependsOn, it.when
	}
	return object{
		{"id", it.id}, {"type", it.kind}, {"name", it.name}, {"isMandatory", it.mandatory}, {"isPrivate", false},
		{"conditionByItem", on}, {"conditionValue", when}, {"position", position},
	}
}

// inTemplate is the block as report templates show it: with min, max and isMandatory, without isPublished.
func (b block) inTemplate(position int) object {
	return object{
		{"id", b.id}, {"name", b.name}, {"isShared", b.shared}, {"isMandatory", b.mandatory}, {"position", position},
		{"min", b.min}, {"max", b.max}, {"items", b.designs()},
	}
}

// alone is the block as block/details shows it.
func (b block) alone() object {
	return object{{"id", b.id}, {"name", b.name}, {"isShared", b.shared}, {"isPublished", b.published}, {"items", b.designs()}}
}

func (b block) designs() []object {
	out := make([]object, len(b.items))
	for n, it := range b.items {
		out[n] = it.design(n)
	}
	return out
}

// listed is the block as block/list shows it (reference: List shared blocks, numItems).
func (b block) listed() object {
	return append(b.alone().without("items"), member{"numItems", len(b.items)})
}

// full is the template as jobReportTemplate/details shows it.
func (t template) full() object {
	blocks := make([]object, len(t.blocks))
	for n, b := range t.blocks {
		blocks[n] = b.inTemplate(n)
	}
	return append(t.bare(), member{"blocks", blocks})
}

// listed is the template as jobReportTemplate/list shows it (reference: List job report templates, numBlocks).
func (t template) listed() object { return append(t.bare(), member{"numBlocks", len(t.blocks)}) }

func (t template) bare() object {
	return object{{"id", t.id}, {"name", t.name}, {"isPublished", t.published}, {"isDefault", t.standard}}
}

// answer is a value that was given when a job was created (reference: Create/Update a job, Simplified Report).
type answer struct {
	category, item, value string
	iteration             int
}

// report is a job's report as an array of blocks. The second block has its name under blockName, as the sample has
// (reference: The job report object). Values are drawn from seed and job; answers replace them.
func (m *maker) report(h *head, answers []answer) []object {
	out := []object{}
	if h.template < 0 {
		return out
	}
	p := pickFor(m.seed, kindJob+2*kindBody, h.idx)
	filled := h.actualStart != 0
	for n, b := range reportTemplates[h.template].blocks {
		items := make([]object, len(b.items))
		for k, it := range b.items {
			value, comment, issue := it.drawn(&p, filled)
			for _, a := range answers {
				if a.item == it.name && (a.category == "" || a.category == b.name) {
					value = a.value
				}
			}
			items[k] = append(it.common(0, k+1), member{"value", value}, member{"comment", comment}, member{"issue", issue})
		}
		name := "name"
		if n == 1 {
			name = "blockName"
		}
		out = append(out, object{
			{"id", b.id}, {name, b.name}, {"isShared", b.shared}, {"iteration", 0}, {"isMandatory", b.mandatory},
			{"position", n}, {"items", items},
		})
	}
	return out
}

// drawn makes up what a technician wrote.
func (it reportItem) drawn(p *pick, filled bool) (value, comment, issue string) {
	issue = p.of([]string{"-", "None", "Issue Reported", "Resolved"})
	words := []string{"sample value", "", "3.70", "2021-02-01", "a\tb\nc", "ok"}
	value = p.of(words)
	if it.list != nil {
		value = p.of(it.list)
	}
	comment = p.of([]string{"", "", "hey, this is a comment!"})
	if !filled {
		return "", "", "-"
	}
	return value, comment, issue
}
