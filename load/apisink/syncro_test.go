package apisink_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"ferry/extract/stage"
	"ferry/load"
	"ferry/samples/vendorsim"
)

// life is what becomes of one record of a stream.
type life struct {
	stream, create string
	changes        string            // "": it cannot be updated
	shows          map[string]string // afterwards, by field
	stays          bool              // it cannot be deleted
	kept           bool              // it is not deleted here
}

// live creates, updates, reads and deletes a record, and looks at what is there.
func (b *bench) live(l life) {
	b.t.Helper()
	key := b.create(l.stream, "7", l.create)
	if l.changes != "" {
		b.update(l.stream, key, l.changes)
	}
	now := b.now(l.stream, key)
	for name, want := range l.shows {
		assert.Equal(b.t, want, field(b.t, now, name), "%s %s", l.stream, name)
	}
	if l.stays {
		refused := b.refused(load.Write{Stream: l.stream, Kind: stage.AttemptDelete, Key: key, Now: now})
		assert.Contains(b.t, refused.Reason, "cannot be deleted")
		return
	}
	if l.kept {
		return
	}
	b.remove(l.stream, key)
	b.gone(l.stream, key)
}

func TestSyncroLives(t *testing.T) {
	b, sim := newSyncro(t, vendorsim.SyncroOptions{Options: quiet()}, nil)
	customer := b.create("customers", "1", `{"business_name":"Acme"}`)
	ticket := b.create("tickets", "1", fmt.Sprintf(`{"customer_id":%s,"subject":"S"}`, customer))
	invoice := b.create("invoices", "1", fmt.Sprintf(`{"customer_id":%s,"number":"X-1","date":"2024-01-02"}`, customer))
	for _, l := range []life{
		{stream: "customers", create: `{"business_name":"Acme","email":"A@b.example","phone":"(719) 388-1967","get_sms":false}`,
			changes: `{"notes":"hello","email":null}`,
			shows:   map[string]string{"notes": `"hello"`, "email": `""`, "business_name": `"Acme"`, "phone": `"7193881967"`}},
		{stream: "customers.phones", create: fmt.Sprintf(`{"customer_id":"%s","number":"555-0999","label":"Office"}`, customer),
			changes: `{"number":"555-1000"}`, shows: map[string]string{"number": `"5551000"`, "label": `"Office"`}},
		{stream: "contacts", create: fmt.Sprintf(`{"customer_id":%s,"name":"Ann","title":"Boss"}`, customer),
			changes: `{"city":"Boston"}`, shows: map[string]string{"city": `"Boston"`, "name": `"Ann"`}},
		{stream: "tickets", create: fmt.Sprintf(`{"customer_id":%s,"subject":"Broken","status":"New","due_date":"2024-03-04T10:00:00Z"}`, customer),
			changes: `{"status":"Resolved"}`, shows: map[string]string{"status": `"Resolved"`, "due_date": `"2024-03-04T00:00:00.000Z"`}},
		{stream: "tickets.comments", create: fmt.Sprintf(`{"ticket_id":%s,"subject":"a","body":"b"}`, ticket), shows: map[string]string{"hidden": `true`}, stays: true},
		{stream: "tickets.line_items", create: fmt.Sprintf(`{"ticket_id":%s,"name":"n","description":"d","quantity":"2"}`, ticket), shows: map[string]string{"quantity": `"2.0"`}},
		// The simulated vendor has no call that takes a timer off.
		{stream: "tickets.timers", kept: true, create: fmt.Sprintf(`{"ticket_id":%s,"start_at":"2024-01-02T03:04:05Z","duration_minutes":5}`, ticket)},
		{stream: "leads", create: `{"first_name":"A","last_name":"B"}`, changes: `{"status":"Won"}`, shows: map[string]string{"status": `"Won"`}, stays: true},
		{stream: "invoices", create: fmt.Sprintf(`{"customer_id":%s,"number":"X-2","date":"2024-01-02"}`, customer), changes: `{"note":"n"}`, shows: map[string]string{"note": `"n"`}},
		{stream: "invoices.line_items", create: fmt.Sprintf(`{"invoice_id":%s,"name":"n","quantity":1}`, invoice), changes: `{"name":"m"}`, shows: map[string]string{"name": `"m"`}},
		{stream: "payments", create: fmt.Sprintf(`{"invoice_id":%s,"amount_cents":5}`, invoice), shows: map[string]string{"ref_num": `"acme 7"`}, stays: true},
		{stream: "assets", create: fmt.Sprintf(`{"customer_id":%s,"name":"Pump","asset_type_name":"Heat Pump","properties":{"Room":"7"}}`, customer),
			changes: `{"asset_serial":"S-1"}`, shows: map[string]string{"asset_serial": `"S-1"`, "properties": `{"Room":"7"}`}, stays: true},
		{stream: "rmm_alerts", create: fmt.Sprintf(`{"customer_id":%s,"description":"Disk"}`, customer), stays: true},
	} {
		t.Run(l.stream, func(t *testing.T) {
			inner := *b
			inner.t = t
			inner.live(l)
		})
	}
	assert.Empty(t, sim.Counters().Effects)
}
