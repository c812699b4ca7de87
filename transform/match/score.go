package match

// How sure a match is by what it rests on.
const (
	sureName  = 1.0
	sureLabel = 0.97
	sureWords = 0.95
	sureSense = 0.90
	likeSense = 0.84 // an idea that is nearly the same
	maybe     = 0.70 // nearly spelt so, or an idea beside it
	begun     = 0.60 // the beginning of a label
	byLooks   = 0.50 // nothing but the values
	// taken is the least that is told and not asked, gap how far the next best must
	// be away, and shown the least that is offered at all.
	taken, gap, shown = 0.80, 0.04, 0.40
)

// kin says how near one idea comes to another: the column's to the field's.
var kin = map[[2]string]float64{
	{"company", "name"}: likeSense, {"full_name", "name"}: likeSense, {"name", "company"}: maybe, {"name", "full_name"}: maybe,
	{"address", "street"}: likeSense, {"street", "address"}: likeSense,
	{"notes", "description"}: likeSense, {"description", "notes"}: likeSense, {"subject", "description"}: 0.6, {"description", "subject"}: 0.6, {"name", "subject"}: 0.6,
	{"amount", "amount_cents"}: likeSense, {"price", "amount_cents"}: maybe, {"price", "amount"}: maybe, {"amount", "price"}: maybe,
	{"date", "start"}: maybe, {"start", "date"}: maybe, {"date", "due"}: 0.5, {"actual_start", "start"}: maybe, {"actual_end", "end"}: maybe, {"start", "actual_start"}: 0.5,
	{"item", "name"}: likeSense, {"name", "item"}: maybe, {"type", "job_type"}: likeSense, {"type", "problem_type"}: maybe, {"job_type", "type"}: likeSense,
	{"job_type", "problem_type"}: 0.6, {"problem_type", "job_type"}: 0.6, {"number", "reference"}: likeSense, {"reference", "number"}: likeSense, {"number", "id"}: 0.6, {"reference", "id"}: 0.6, {"id", "number"}: 0.6, {"id", "reference"}: maybe, {"serial", "number"}: 0.5, {"serial", "reference"}: 0.5,
	{"invoice_number", "number"}: maybe, {"invoice_number", "reference"}: 0.6, {"discount_percent", "discount"}: 0.5, {"discount", "discount_percent"}: 0.5,
	{"login", "email"}: 0.5, {"tags", "name"}: 0.4, {"fax", "phone"}: 0.4,
}

// rating is how well a column fits a target, and why.
type rating struct {
	score float64
	why   string
}
