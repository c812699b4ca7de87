package load_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/samples/vendorsim"
)

// Sonar lists no customers and overwrites the one that has the number: who is
// there is found at the plan, shown field by field, and left where people changed it.
func TestSonarCustomersOfPeopleAreNoCreations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := vendorsim.NewSonar(vendorsim.SonarOptions{Options: vendorsim.Options{Seed: 3, Latency: -1, Rate: vendorsim.Rate{Limit: 1_000_000}}})
		rules := load.Rules{Name: "customers", Source: "customer", Part: "customers", Target: "customers", Match: [][]string{{"phone_number"}}, Duplicates: load.HoldDuplicates,
			Fields: []load.Field{text("phone_number"), text("first_name"), text("email"), {Path: []string{"properties", "Zone"}, Set: load.SetAlways, Custom: true, Kind: record.String}}}
		values := connector.Values{"token": connector.NewSecret(vendorsim.DefaultSonarToken), "environment": connector.NewSecret("www")}
		theirs := newVendorBench(t, "sonar", sim.Transport(), values, rules)
		theirs.put("customer", `1 {"phone_number":"+17193881967","first_name":"Their own","email":"own@example.com"}`, `2 {"phone_number":"+17193881968","first_name":"Same"}`)
		require.Equal(t, 2, theirs.load().Of(stage.LoadCreated))

		b := newVendorBench(t, "sonar", sim.Transport(), values, rules)
		b.put("customer", `1 {"phone_number":"+17193881967","first_name":"Ann","email":"OWN@example.com"}`, `2 {"phone_number":"+17193881968","first_name":"Same"}`,
			`3 {"phone_number":"+17193881969","first_name":"New","properties":{"Zone":"North"}}`)
		p := b.plan()
		sum, err := load.ReadSummary(p)
		require.NoError(t, err)
		assert.Equal(t, []int{1, 1, 1}, []int{sum.Of(stage.ActCreate), sum.Of(stage.ActUpdate), sum.Of(stage.ActUnchanged)}, "%+v", sum.Entries)
		var note load.Note
		require.NoError(t, json.Unmarshal(b.item(p, "customers", "1").Note, &note))
		require.Len(t, note.Changes, 1)
		assert.JSONEq(t, `{"field":"first_name","old":"Their own","new":"Ann"}`, mustJSON(t, note.Changes[0]))
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, []int{1, 1, 1}, []int{bins.Of(stage.LoadCreated), bins.Of(stage.LoadUpdated), bins.Of(stage.LoadUnchanged)}, "%v", bins)

		// What people change afterwards is theirs.
		theirs.put("customer", `3 {"phone_number":"+17193881969","first_name":"Edited"}`)
		theirs.load()
		again := b.load()
		assert.Equal(t, 3, again.Of(stage.LoadUnchanged), "%v", again)
		b.put("customer", `3 {"phone_number":"+17193881969","first_name":"Newer","properties":{"Zone":"North"}}`)
		p = b.plan()
		assert.Equal(t, load.CodeEdited, b.why(p, "customers", "3").Code)
	})
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}
