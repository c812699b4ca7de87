package match

import (
	"ferry/extract/record"
	"ferry/extract/sheet/column"
)

// weigh takes the values into account: they confirm a match, or speak against it.
func (j *judge) weigh(s *source, t *target, r rating) rating {
	if s.profile.Cells == 0 {
		return r
	}
	kind := t.field.Kind
	if t.by != "" {
		kind = t.byField.Kind
	}
	against := ""
	switch read := s.profile.Typed.As; {
	case (kind == record.Integer || kind == record.Number || kind == record.Decimal) && (read == column.Date || read == column.DateTime || read == column.Boolean || s.looks("email", "name", "company", "address")),
		kind == record.Integer && read != column.Duration && read != column.Number && s.wordy():
		against = "its cells are no numbers"
	case kind == record.Boolean && (s.profile.Distinct > 12 || s.profile.Distinct < 0):
		against = "its cells say more than yes and no"
	case (kind == record.Date || kind == record.DateTime) && (read == column.Number || read == column.Boolean || read == column.Duration || read == column.Text) && !s.looks("date"):
		against = "its cells are no dates"
	case kind == record.DateTime && read == column.Time && !j.days:
		against = "its cells are times, and no column has their days"
	case s.looks("email") && !t.idea("email") && t.idea("phone", "mobile", "zip", "first_name", "last_name", "company", "name", "city"),
		s.looks("phone") && t.idea("email", "city", "first_name", "last_name"):
		against = "its cells look like something else"
	}
	if against != "" {
		return rating{r.score - 0.3, r.why + ", but " + against}
	}
	for _, g := range t.senses {
		if s.looks(words().looks[g.idea]...) && r.score < sureWords {
			return rating{min(r.score+0.03, sureWords-0.01), r.why + " and what its cells look like"}
		}
	}
	return r
}
