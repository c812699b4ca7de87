package load

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// After a recovery a creation is compared in its parent and its moment too: its
// name may be what people changed.
func TestPlanShowsWhatMayBeThereAfterRecover(t *testing.T) {
	for _, how := range []stage.LinkHow{stage.LinkRecovered, stage.LinkCreated} {
		tickets := ticketRules()
		tickets.Fields = append(tickets.Fields, field("due", record.DateTime))
		w := newWorld(t, customerRules(), tickets)
		due := record.Field{Name: "due", Kind: record.DateTime}
		st := streamOf(w, "tickets")
		st.Fields, st.Writes.Fields = append(st.Fields, due), append(st.Writes.Fields, due)
		w.put(planSource, "customer", rows{"1": `{"name":"A"}`})
		ticket := func(subject, due string) string {
			return `{"customer_id":{"$ref":{"stream":"customers","key":"1"}},"subject":"` + subject + `","due":"` + due + `"}`
		}
		w.put(planSource, "job", rows{"1": ticket("Job 1", "2026-01-02T10:00:00Z"), "2": ticket("Job 2", "2026-03-04T10:00:00Z")})
		w.put(planTarget, "customers", rows{"101": customer(101, `"name":"A"`)})
		w.put(planTarget, "tickets", rows{"7": `{"id":7,"customer_id":101,"subject":"Renamed","due":"2026-01-02T10:00:00Z"}`})
		require.NoError(t, w.s.PutLinks(context.Background(), w.side(0), []stage.Link{{Key: "1", Target: "101", How: how, Run: 1, At: planTime}}))
		w.mapped()
		p := w.plan()
		p.shows(map[string]string{"tickets 1": "create", "tickets 2": "create"})
		if how == stage.LinkCreated {
			assert.Empty(t, p.notes["tickets 1"].Alike)
			assert.Empty(t, p.sum.Doubts)
			continue
		}
		require.Len(t, p.notes["tickets 1"].Alike, 1)
		assert.Equal(t, record.Key("7"), p.notes["tickets 1"].Alike[0].Key)
		assert.Equal(t, "the same customer_id and due", p.notes["tickets 1"].Alike[0].Why)
		assert.Empty(t, p.notes["tickets 2"].Alike)
		assert.Len(t, p.sum.Doubts, 1)
		assert.Equal(t, 2, p.sum.Entries[1].Untold)
	}
}

func streamOf(w *world, name string) *connector.Stream {
	st, err := w.cfg.Vendor.Stream(name)
	require.NoError(w.tb, err)
	return st
}
