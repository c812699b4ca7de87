package load

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
)

// countingSink says of every write that it takes one request with a mail that is
// muted, and refuses notes that are set to true text.
type countingSink struct {
	mu    sync.Mutex
	asked []Write
}

func (s *countingSink) Deeds(w Write) (Deeds, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, w)
	var fields map[string]any
	if err := json.Unmarshal(w.Fields, &fields); err != nil {
		return Deeds{}, err
	}
	if fields["note"] != nil {
		return Deeds{}, &RefusedError{Field: "note", Reason: "notes cannot be written", Do: "leave them out"}
	}
	if fields["phone"] != nil && w.Kind == stage.AttemptUpdate {
		delete(fields, "phone")
		if len(fields) == 0 {
			return Deeds{Dropped: []string{"phone: written on creation alone"}}, nil
		}
		return Deeds{List: []Deed{{Kind: w.Kind}}, Dropped: []string{"phone: written on creation alone"}}, nil
	}
	d := Deeds{List: []Deed{{Kind: w.Kind, Stream: w.Stream, Fields: w.Fields}}, Muted: []string{"mail"}, Final: []string{"customers stay"}}
	for range w.Reach {
		d.List = append(d.List, Deed{Step: 1, Kind: stage.AttemptAction})
	}
	return d, nil
}

func (s *countingSink) Send(context.Context, []Deed) ([]Result, error) {
	return nil, fmt.Errorf("a plan sends nothing")
}

func TestPlanAsksTheSink(t *testing.T) {
	rules := customerRules()
	for i := range rules.Fields {
		if rules.Fields[i].Dotted() == "status" {
			rules.Fields[i].Actions = true
		}
	}
	w := newWorld(t, rules)
	sink := &countingSink{}
	w.cfg.Sink = sink
	source := rows{"x": `{"name":"X","note":"n"}`, "y": `{"name":"Y","status":"Done","count":7}`}
	for i := range 50 {
		source[fmt.Sprint(i)] = fmt.Sprintf(`{"name":"N%d","email":"m%d@x.com"}`, i, i)
	}
	w.put(planSource, "customer", source)
	w.put(planTarget, "customers", rows{"101": customer(101, `"name":"N1","email":"m1@x.com","status":"New"`), "102": customer(102, `"name":"Old","email":"m2@x.com"`), "109": customer(109, `"name":"Y","status":"New","count":6`)})
	w.link(0, map[string]string{"y": "109"})
	w.mapped()
	p := w.plan()
	p.shows(map[string]string{"customers 0": "create", "customers 1": "unchanged 101", "customers 2": "update 102", "customers x": "rejected the target cannot", "customers y": "update 109"})
	assert.Equal(t, []string{"mail"}, p.notes["customers 0"].Muted)
	assert.Equal(t, []string{"customers stay"}, p.notes["customers 0"].Final)
	assert.Equal(t, 2, p.notes["customers y"].Deeds)
	assert.Equal(t, "notes cannot be written", p.notes["customers x"].Held.Text)
	assert.Equal(t, map[string]int{"mail": 50}, p.sum.Entries[0].Muted)
	assert.Equal(t, map[string]int{"customers stay": 50}, p.sum.Final())
	assert.Equal(t, 51, p.sum.Price.Write)
	creations := 0
	for _, a := range sink.asked {
		switch {
		case a.Kind == stage.AttemptCreate:
			creations++
		case a.Key == "102":
			assert.JSONEq(t, `{"name":"N2"}`, string(a.Fields), "only what changes")
			assert.JSONEq(t, customer(102, `"name":"Old","email":"m2@x.com"`), string(a.Now))
		case a.Key == "109":
			assert.JSONEq(t, `{"count":7}`, string(a.Fields))
			assert.Equal(t, map[string]string{"status": "Done"}, a.Reach)
		}
	}
	assert.LessOrEqual(t, creations, 2*planners(), "creations of one shape are asked once a worker")
}

// What no request carries is no change, and what the target keeps in its own
// form is none that people made.
func TestPlanOfFieldsThatCannotChange(t *testing.T) {
	w := newWorld(t, customerRules())
	w.cfg.Sink = &countingSink{}
	w.put(planSource, "customer", rows{"1": `{"name":"A","phone":"1"}`, "2": `{"name":"B","phone":"1","count":2}`, "3": `{"name":"C","zip":"<1>","count":2}`})
	w.put(planTarget, "customers", rows{"101": customer(101, `"name":"A","phone":"2"`), "102": customer(102, `"name":"B","phone":"2","count":1`), "103": customer(103, `"name":"C","zip":"1","count":1`)})
	w.link(0, map[string]string{"1": "101", "2": "102", "3": "103"})
	w.wrote(0, "3", `{"name":"C","zip":"<1>","count":1}`, `{"name":"C","zip":"1","count":1}`)
	w.mapped()
	p := w.plan()
	p.shows(map[string]string{"customers 1": "unchanged 101", "customers 2": "update 102", "customers 3": "update 103"})
	assert.Equal(t, []string{"phone: written on creation alone"}, p.notes["customers 1"].Dropped)
	require.Len(t, p.notes["customers 2"].Changes, 1)
	assert.Equal(t, "count", p.notes["customers 2"].Changes[0].Field)
	require.Len(t, p.notes["customers 3"].Left, 1)
	assert.Equal(t, "zip", p.notes["customers 3"].Left[0].Field)
}
