package main

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/mappings"
	"ferry/transform"
	"ferry/transform/mapping"
)

func program(t *testing.T, text string) *rules {
	t.Helper()
	f, err := mapping.Parse("m.yaml", []byte(text))
	require.NoError(t, err)
	r := &rules{File: f}
	r.Source, err = specBeside(f, f.From)
	require.NoError(t, err)
	r.Target, err = specBeside(f, f.To)
	require.NoError(t, err)
	r.Program, err = f.Compile(r.Source, r.Target)
	require.NoError(t, err)
	return r
}

func TestRulesOfTheLoadSayWhatIsTheSameForEveryRecord(t *testing.T) {
	r := program(t, `version: 1
from: synchroteam
to: syncro
streams:
  - name: companies
    from: customer
    to: customers
    match: [email, [business_name, zip]]
    duplicates: first
    fields:
      business_name: name
      email: {from: contactEmail, blank: clear}
      get_sms: {value: false, set: create}
      zip: {from: addressZIP, set: empty}
      properties.Zone: custom("Zone")
    leave: {myId: not used}
  - name: jobs
    from: job
    to: tickets
    fields:
      subject: description
      customer_id: ref("companies", customer.id)
      due_date: {from: scheduledEnd, as: datetime, layout: "2006-01-02 15:04:05", to_layout: "2006-01-02"}
      user_id: 'find("users", {name: technician.name}) ?? placeholder("Former")'
`)
	got, err := loadRules(r)
	require.NoError(t, err)
	require.Len(t, got, 2)
	assert.NotZero(t, got[0].Hash)
	got[0].Hash = 0
	assert.Equal(t, load.Rules{
		Name: "companies", Source: "customer", Part: "customers", Target: "customers",
		Match: [][]string{{"email"}, {"business_name", "zip"}}, Duplicates: load.FirstDuplicate,
		Fields: []load.Field{
			{Path: []string{"business_name"}, Set: load.SetAlways, Kind: record.String},
			{Path: []string{"email"}, Set: load.SetAlways, Clear: true, Kind: record.String},
			{Path: []string{"get_sms"}, Set: load.SetCreate, Kind: record.Boolean},
			{Path: []string{"zip"}, Set: load.SetEmpty, Kind: record.String},
			{Path: []string{"properties", "Zone"}, Set: load.SetAlways, Custom: true, Kind: record.String},
		},
		Left: []string{"myId: not used"},
	}, got[0])
	assert.Equal(t, load.HoldDuplicates, got[1].Duplicates)
	assert.Equal(t, load.Field{Path: []string{"customer_id"}, Set: load.SetAlways, Refs: "companies", Kind: record.Integer, AtOnce: true}, got[1].Fields[1])
	assert.Equal(t, record.DateTime, got[1].Fields[2].Kind)
	assert.Equal(t, load.Field{Path: []string{"user_id"}, Set: load.SetAlways, Finds: "users", Kind: record.Integer}, got[1].Fields[3])
}

func TestStatusesReachedByActionsAreMarked(t *testing.T) {
	data, ok := mappings.Read("syncro-to-synchroteam")
	require.True(t, ok)
	byActions := 0
	all, err := loadRules(program(t, string(data)))
	require.NoError(t, err)
	for _, r := range all {
		for _, f := range r.Fields {
			if f.Actions {
				byActions++
				assert.Equal(t, record.String, f.Kind)
			}
		}
	}
	assert.NotZero(t, byActions)
}

// TestPartsAreThoseOfTheMappedRecords: the crosswalk and the stage must name the
// records of an entry alike.
func TestPartsAreThoseOfTheMappedRecords(t *testing.T) {
	r := program(t, `version: 1
from: synchroteam
to: syncro
streams:
  - {name: a, from: customer, to: customers, fields: {business_name: name}}
  - {name: b, from: customer, to: contacts, fields: {customer_id: 'ref("a", id)', name: contactFax}}
  - {name: c, from: customer, to: contacts, fields: {customer_id: 'ref("a", id)', name: name}}
  - {name: d, from: site, to: contacts, fields: {customer_id: 'ref("a", customer.id)', name: name}}
`)
	ctx := context.Background()
	st, err := stage.Open(ctx, filepath.Join(t.TempDir(), "j.stage"), stage.Options{Job: "j"})
	require.NoError(t, err)
	defer func() { require.NoError(t, st.Close()) }()
	account := record.Account{ID: "synchroteam/a@h", Vendor: "synchroteam", Identity: "a", Host: "h"}
	require.NoError(t, st.BindAccount(ctx, sourceRole, account))
	compiled, err := transform.Compiled(r.Program, r.Source)
	require.NoError(t, err)
	_, err = transform.Run(ctx, transform.Config{Stage: st, Account: account, Rules: compiled, Run: 1})
	require.NoError(t, err)
	g, _, err := st.Generations(ctx, account.ID)
	require.NoError(t, err)
	require.NotNil(t, g)
	var want, got []string
	for _, e := range g.Entries {
		want = append(want, e.Name+" "+e.Source+" "+e.Part+" "+e.Target)
	}
	loaded, err := loadRules(r)
	require.NoError(t, err)
	for _, e := range loaded {
		assert.Equal(t, e.Hash, g.Entries[len(got)].Hash, "of the rules as they were applied")
		got = append(got, e.Name+" "+e.Source+" "+e.Part+" "+e.Target)
	}
	assert.Equal(t, want, got)
}
