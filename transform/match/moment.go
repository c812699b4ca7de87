package match

import (
	"fmt"
	"strings"
	"time"

	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
)

// moment makes a date and time. A day that the target keeps as a moment in UTC is
// sent as noon of the account's zone: midnight would be shown as the day before
// wherever clocks stand behind.
func (p *proposer) moment(s *source, t *target, r *rule, value string) {
	r.keys = []string{"as: datetime", "layout: iso"}
	timed := len(t.field.Layouts) == 0 || strings.Contains(t.field.Layouts[0], "15")
	if !t.field.UTC || !timed {
		return
	}
	zone, ok := p.zone(s)
	if !ok {
		return
	}
	if reading(s, t) == column.Date {
		r.source = expr(fmt.Sprintf(`%s == "" ? "" : %s + "T12:00:00"`, value, value))
		r.note = "a day is sent as noon"
		p.tell(grid.Fact{Code: "days-as-noon", Column: s.Name, Count: s.profile.Cells,
			Text: fmt.Sprintf("%s keeps a moment where %s holds days: each day is sent as noon, %s, so that it is the same day in every zone near", p.spec.Title, s.Name, zone)})
	}
	r.keys = append(r.keys, "zone: "+scalar(zone))
}

// zone is that of times without one; it is asked for where nobody has said it.
func (p *proposer) zone(s *source) (string, bool) {
	zone, why := p.in.Zone, ""
	if given, ok := p.answer("zone"); ok {
		zone = given
		if _, err := time.LoadLocation(given); err != nil || given == "" || given == "Local" {
			zone, why = "", "the answer given is no time zone"
		}
	}
	if zone == "" {
		if why == "" {
			why = fmt.Sprintf("%s wants moments, the column %s has local times", p.spec.Title, s.Name)
		}
		p.askOnce(grid.Question{ID: "zone", Free: true, Form: "such as Europe/Paris or America/Denver", Text: "In which time zone are the times of the file?", Why: why})
	}
	return zone, zone != ""
}

// askOnce asks what several columns need.
func (p *proposer) askOnce(q grid.Question) {
	for _, asked := range p.out.Questions {
		if asked.ID == q.ID {
			return
		}
	}
	p.ask(q)
}
