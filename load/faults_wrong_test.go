package load_test

import (
	"context"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
	"ferry/load"
)

// wrongRows are writes that the target took and made something else of.
func wrongRows() []faultRow {
	return []faultRow{
		{id: "A1", title: "ignores a read-only, computed or unknown field", play: playA1},
		{id: "A2", title: "cuts, trims, lowers case, rounds, strips HTML, reformats a phone", play: playA2},
		{id: "A3", title: "shifts a date by zone", play: playA3},
		{id: "A4", title: "replaces an unknown enum, user or job type by a default", play: playA4},
		{id: "A5", title: `treats a missing field as "clear"`, play: playA5},
		{id: "A6", title: `treats null as "ignore", or empty string as text`, play: playA6},
		{id: "A7", title: "appends to a list (tags, phones) instead of replacing", play: playA7},
		{id: "A17", title: "creation sends mail or SMS", play: playA17},
		{id: "A18", title: "created-at, created-by and number cannot be set", play: playA18},
		{id: "A19", title: "automation changes our record right after the write", play: playA19},
	}
}

// deviations are what a verification found, by "key field".
func deviations(v load.Verdict) map[string]load.Deviation {
	out := map[string]load.Deviation{}
	for _, d := range v.Differs {
		out[string(d.Key)+" "+d.Field] = d.Deviation
	}
	return out
}

func playA1(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.put("customer", `1 {"name":"Ann","phone":"1"}`, `2 {"name":"Bob","phone":"2","notes":"n"}`, `3 {"name":"Cid"}`)
	s.target.mangle["customers"] = func(in, _ fields) fields {
		out := laid(in, nil)
		delete(out, "phone")
		return out
	}
	p, bins := s.do()
	assert.Equal(c, 3, bins.Of(stage.LoadCreated))
	v := s.check()
	assert.Equal(c, map[string]load.Deviation{"1 phone": load.NotTaken, "2 phone": load.NotTaken}, deviations(v))
	assert.Equal(c, []load.FieldCount{{Field: "phone", Deviation: load.NotTaken, Count: 2}}, v.Entries[0].Fields)
	s.judge(p)
	s.again(p)
	assert.Equal(c, 3, s.target.writes, "and it is not sent for ever")
	c.saw("phone did not take, 2 records; a second run sends nothing")
}

func playA2(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.put("customer", `1 {"name":"Ann Other of the long name","email":"Ann@Example.com","phone":"(555) 010-0001","notes":"<b>bold</b> text","amount":12.345}`,
		`2 {"name":"Bob ","notes":"plain"}`)
	s.target.mangle["customers"] = func(in, _ fields) fields {
		out := laid(in, nil)
		for name, v := range out {
			t, ok := v.(string)
			if !ok {
				continue
			}
			switch name {
			case "name":
				out[name] = strings.TrimSpace(t[:min(len(t), 12)])
			case "email":
				out[name] = strings.ToLower(t)
			case "phone":
				out[name] = "+15550100001"
			case "notes":
				out[name] = strings.NewReplacer("<b>", "", "</b>", "").Replace(t)
			}
		}
		if out["amount"] != nil {
			out["amount"] = 12.35
		}
		return out
	}
	p, _ := s.do()
	v := s.check()
	got := deviations(v)
	assert.Equal(c, load.Cut, got["1 name"])
	assert.Equal(c, load.Altered, got["1 phone"])
	assert.Equal(c, load.Altered, got["1 notes"])
	assert.Equal(c, load.Rounded, got["1 amount"])
	assert.NotContains(c, got, "1 email", "the spec says that case makes no difference")
	s.judge(p)
	s.again(p)
	assert.Equal(c, 2, s.target.writes, "the target's own form is no reason to write again")
	c.saw("%d differences listed, e-mail's case is none; a second run sends nothing", len(v.Differs))
}

func playA3(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.put("customer", `1 {"name":"Ann","since":"2026-01-02 10:00:00"}`, `2 {"name":"Bob","since":"2026-07-02 10:00:00"}`)
	s.target.mangle["customers"] = func(in, _ fields) fields {
		out := laid(in, nil)
		if t, ok := in["since"].(string); ok {
			at, err := time.Parse(time.DateTime, t)
			require.NoError(c, err)
			out["since"] = at.Add(-5 * time.Hour).Format(time.DateTime)
		}
		return out
	}
	p := s.plan()
	s.newRun()
	found, err := load.Probe(context.Background(), s.cfg)
	require.NoError(c, err)
	var shifted []load.ProbeFinding
	for _, f := range found {
		if f.Kind == load.ProbeField && f.Field == "since" {
			shifted = append(shifted, f)
		}
	}
	require.Len(c, shifted, 1, "%+v", found)
	assert.Contains(c, shifted[0].Text, string(load.Shifted))
	assert.Empty(c, s.target.live("customers"), "the probe's record is gone")
	for _, rows := range s.target.store { // the probe is nobody's record
		for id := range rows {
			delete(rows, id)
		}
	}
	bins := s.goOn(p)
	assert.Equal(c, 2, bins.Of(stage.LoadCreated))
	v := s.check()
	assert.Equal(c, map[string]load.Deviation{"1 since": load.Shifted, "2 since": load.Shifted}, deviations(v))
	s.judge(p)
	s.again(p)
	c.saw("found by the probe before the run: %s, and by the verification after it", shifted[0].Text)
}

func playA4(c *faultPlay) {
	spec := loadTargetSpec(c, "      phone: string\n", "      phone: {type: string, enum: [home, office]}\n")
	s := c.scene(spec, customersRules())
	s.put("customer", `1 {"name":"Ann","phone":"home"}`, `2 {"name":"Bob","phone":"boat"}`, `3 {"name":"Cid","notes":"type 9"}`)
	s.target.mangle["customers"] = func(in, _ fields) fields {
		if in["notes"] == "type 9" {
			return laid(in, fields{"notes": "default"})
		}
		return in
	}
	p, bins := s.do()
	assert.Equal(c, 2, bins.Of(stage.LoadCreated))
	why := s.why(p, "customers", "2")
	assert.Equal(c, load.CodeUnknown, why.Code)
	assert.Equal(c, "boat", why.Value)
	assert.Zero(c, s.wire.posts("boat"))
	v := s.check()
	assert.Equal(c, map[string]load.Deviation{"3 notes": load.Altered}, deviations(v))
	s.judge(p)
	s.again(p)
	c.saw("unknown by the spec: held before sending; unknown to all but the target: found by reading back")
}

// replaces lets updates clear what they do not name.
func (v *target) replaces(stream string) {
	v.mangle[stream] = func(in, was fields) fields {
		out := laid(in, nil)
		for name := range was {
			if _, named := in[name]; !named && name != "id" {
				out[name] = nil
			}
		}
		return out
	}
}

func playA5(c *faultPlay) {
	spec := loadTargetSpec(c, "updates: partial\n      create: {path: customers,", "updates: whole\n      create: {path: customers,")
	s := c.scene(spec, customersRules())
	s.target.replaces("customers")
	id := s.target.add("customers", fields{"name": "Old", "email": "c1@example.com", "notes": "by hand", "tags": []string{"vip"}, "amount": 7})
	s.put("customer", customers(3)...)
	p, bins := s.do()
	assert.Equal(c, 1, bins.Of(stage.LoadUpdated))
	now := s.target.live("customers")[id]
	assert.Equal(c, "Customer 1", now["name"])
	assert.Equal(c, "by hand", now["notes"], "what nobody mapped stays")
	assert.Equal(c, []any{"vip"}, now["tags"])
	assert.Equal(c, 7, asInt(now["amount"]))
	s.judge(p)
	s.again(p)
	c.saw("read, merged and written whole: people's fields stay")
}

func playA6(c *faultPlay) {
	rules := customersRules()
	for i := range rules.Fields {
		if name := rules.Fields[i].Dotted(); name == "notes" || name == "phone" {
			rules.Fields[i].Clear = true
		}
	}
	s := c.scene(nil, rules)
	id := s.target.add("customers", fields{"name": "Customer 1", "email": "c1@example.com", "notes": "old", "phone": "1"})
	s.target.mangle["customers"] = func(in, _ fields) fields {
		out := fields{}
		for name, v := range in {
			if !none(v) { // neither null nor "" is heard
				out[name] = v
			}
		}
		return out
	}
	s.put("customer", `1 {"name":"Customer 1","email":"c1@example.com","notes":null,"phone":"2"}`)
	p, _ := s.do()
	assert.Equal(c, "old", s.target.live("customers")[id]["notes"])
	v := s.check()
	assert.Contains(c, deviations(v), "1 notes", "what was not cleared is listed")
	s.judge(p)
	writes := s.target.writes
	s.again(p)
	assert.Equal(c, writes, s.target.writes, "not for ever")
	c.saw("null was not heard: listed by the verification, not sent again")
}

func playA7(c *faultPlay) {
	s := c.scene(nil, customersRules())
	id := s.target.add("customers", fields{"name": "Customer 1", "email": "c1@example.com", "tags": []string{"old"}})
	s.target.mangle["customers"] = func(in, was fields) fields {
		out := laid(in, nil)
		have, _ := was["tags"].([]string)
		more, _ := in["tags"].([]any)
		if more != nil {
			all := append([]string{}, have...)
			for _, v := range more {
				all = append(all, v.(string))
			}
			out["tags"] = all
		}
		return out
	}
	s.put("customer", `1 {"name":"Customer 1","email":"c1@example.com","tags":["new"]}`, `2 {"name":"Two","email":"c2@example.com","tags":["a"]}`)
	p, _ := s.do()
	assert.Equal(c, []string{"old", "new"}, s.target.live("customers")[id]["tags"])
	v := s.check()
	assert.Equal(c, map[string]load.Deviation{"1 tags": load.Appended}, deviations(v))
	s.judge(p)
	s.again(p)
	assert.Equal(c, []string{"old", "new"}, s.target.live("customers")[id]["tags"], "a second run changes nothing")
	c.saw("added to a list: listed; a second run changes nothing")
}
