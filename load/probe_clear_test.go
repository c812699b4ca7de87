package load_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/load"
)

func TestProbeEmptiesAField(t *testing.T) {
	tests := []struct {
		name   string
		mapped string
		mangle func(in, was fields) fields
		script []*fault
		kind   load.ProbeKind
		field  string
		text   string
	}{
		{name: "it takes", mapped: `"phone":"12","notes":"a"`, kind: load.ProbeCleared, field: "notes"},
		{name: "null means leave it", mapped: `"phone":"12"`, mangle: func(in, was fields) fields {
			if was != nil && (in["phone"] == nil || in["phone"] == "") {
				in["phone"] = was["phone"]
			}
			return in
		}, kind: load.ProbeKept, field: "phone", text: "still says something"},
		{name: "it is kept as text", mapped: `"notes":"a"`, mangle: func(in, was fields) fields {
			if was != nil && (in["notes"] == nil || in["notes"] == "") {
				in["notes"] = "null"
			}
			return in
		}, kind: load.ProbeKept, field: "notes", text: "still says something"},
		{name: "it is refused", mapped: `"phone":"12"`, script: []*fault{{method: "PUT", nth: []int{2}, do: refuse(422, `{"errors":{"phone":["can't be blank"]}}`)}},
			kind: load.ProbeKept, field: "phone", text: "refused"},
		{name: "nothing may be emptied", mapped: `"amount":"1"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, loadTargetSpec(t), customersRules())
				b.put("customer", `1 {"name":"Ann","email":"ann@example.com",`+tt.mapped+`}`)
				b.plan()
				if tt.mangle != nil {
					b.target.mangle["customers"] = tt.mangle
				}
				b.target.on(tt.script...)
				found, err := load.Probe(context.Background(), b.cfg)
				require.NoError(t, err)
				kinds := map[load.ProbeKind]load.ProbeFinding{}
				for _, f := range found {
					kinds[f.Kind] = f
				}
				for _, kind := range []load.ProbeKind{load.ProbeCleared, load.ProbeKept} {
					if kind != tt.kind {
						assert.NotContains(t, kinds, kind)
						continue
					}
					require.Contains(t, kinds, kind)
					assert.Equal(t, tt.field, kinds[kind].Field)
					assert.Contains(t, kinds[kind].Text, tt.text)
				}
				assert.Contains(t, kinds, load.ProbeFine)
				assert.Empty(t, b.target.live("customers"))
			})
		})
	}
}

func TestProbeWritesNothingThatItCannotTakeBack(t *testing.T) {
	effects := []string{`      delete: {path: "jobs/{key}"}`, `      delete: {path: "jobs/{key}", effects: {mail: {where: title}}}`}
	tests := []struct {
		name  string
		edits []string
		job   string
		text  string
	}{
		{"the delete would reach people", effects, `"title":"Leak at Ann's"`, "it could not be removed again"},
		{"a number carries no mark", nil, `"title":7`, "can carry the mark"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, loadTargetSpec(t, tt.edits...), jobsRules(), customersRules())
				b.put("customer", `1 {"name":"Ann Lee","email":"ann@example.com","notes":"Pays late.\nHas a dog.","tags":["vip"]}`)
				b.put("job", `1 {`+tt.job+`,"customer_id":{"$ref":{"stream":"customers","key":"1"}}}`)
				b.plan()
				found, err := load.Probe(context.Background(), b.cfg)
				require.NoError(t, err)
				text := ""
				for _, f := range found {
					if f.Entry == "jobs" && f.Kind == load.ProbeSkipped {
						text += f.Text
					}
				}
				assert.Contains(t, text, tt.text)
				assert.NotContains(t, b.target.store, "jobs")
				require.Len(t, b.target.store["customers"], 1)
				for _, row := range b.target.store["customers"] {
					for _, sent := range row.sent {
						assert.Contains(t, sent["name"], load.ProbeMark)
						assert.NotContains(t, sent["name"], "Ann")
						assert.NotContains(t, sent["notes"], "Pays late")
						assert.NotContains(t, sent["email"], "ann")
					}
				}
				assert.Zero(t, b.target.mails)
			})
		})
	}
}

func TestProbeKeepsTheParentsOfWhatStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), sitesRules(), customersRules())
		b.put("customer", customers(1)...)
		b.put("site", childrenOf(1, "customer_id", `"name":"Site %d"`)...)
		b.target.final["sites"] = true // which the spec does not say
		b.plan()
		_, err := load.Probe(context.Background(), b.cfg)
		require.NoError(t, err)
		assert.Len(t, b.target.live("sites"), 1)
		assert.Len(t, b.target.live("customers"), 1, "its site hangs on it")
	})
}
