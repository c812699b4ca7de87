package filesink

import (
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

const none = "<null>"

// line encodes one record as CSV and gives its fields; null is none.
func line(t *testing.T, fields []record.Field, r record.Staged, zone *time.Location, labels ...string) (got map[string]string, misfits int) {
	t.Helper()
	set := labelSet{"custom": {}}
	for _, l := range labels {
		set["custom"][l] = struct{}{}
	}
	l := newCSVLines(Table{Fields: fields}, environment{account: "a", zone: zone}, set)
	text := string(l.header(false)) + string(l.line(nil, &r))
	// encoding/csv cannot tell null from empty text, so null gets a name first.
	text = strings.ReplaceAll(text, `""`, "\x00")
	all, err := csv.NewReader(strings.NewReader(strings.ReplaceAll(text, "\x00", `""`))).ReadAll()
	require.NoError(t, err, text)
	require.Len(t, all, 2)
	got = map[string]string{}
	for i, f := range all[1] {
		got[all[0][i]] = f
	}
	cells := l.x.plan.row.cells
	for _, c := range l.columns {
		if cells[c.n.slot].state != filled {
			require.Empty(t, got[c.name])
			got[c.name] = none
		}
	}
	return got, l.x.misfits
}

func TestValuesByKind(t *testing.T) {
	date := []string{"02/01/2006"}
	for _, c := range []struct {
		name    string
		field   record.Field
		json    string
		want    string
		extra   string
		misfits int
	}{
		{"text", record.Field{Kind: record.String}, `"a\u00e9\n\"b\""`, "aé\n\"b\"", "", 0},
		{"empty text", record.Field{Kind: record.String}, `""`, "", "", 0},
		{"null", record.Field{Kind: record.String}, `null`, none, "", 0},
		{"number as text, as written", record.Field{Kind: record.String}, `10.50`, "10.50", "", 0},
		{"large number as text", record.Field{Kind: record.String}, `123456789012345678901`, "123456789012345678901", "", 0},
		{"boolean is no text", record.Field{Kind: record.String}, `true`, none, `{"f":true}`, 1},
		{"object is no text", record.Field{Kind: record.String}, `{"a":[1,2]}`, none, `{"f":{"a":[1,2]}}`, 1},
		{"lone surrogate", record.Field{Kind: record.String}, `"\ud83dx"`, "\uFFFDx", "", 0},
		{"surrogate pair", record.Field{Kind: record.String}, `"\ud83d\ude00"`, "😀", "", 0},

		{"integer", record.Field{Kind: record.Integer}, `-42`, "-42", "", 0},
		{"integer in text", record.Field{Kind: record.Integer}, `" 42 "`, "42", "", 0},
		{"whole number", record.Field{Kind: record.Integer}, `1e3`, "1000", "", 0},
		{"largest integer", record.Field{Kind: record.Integer}, `9223372036854775807`, "9223372036854775807", "", 0},
		{"too large", record.Field{Kind: record.Integer}, `9223372036854775808`, none, `{"f":9223372036854775808}`, 1},
		{"fraction", record.Field{Kind: record.Integer}, `1.5`, none, `{"f":1.5}`, 1},
		{"leading zeros", record.Field{Kind: record.Integer}, `"007"`, none, `{"f":"007"}`, 1},
		{"word", record.Field{Kind: record.Integer}, `"n/a"`, none, `{"f":"n/a"}`, 1},
		{"blank", record.Field{Kind: record.Integer}, `" "`, none, "", 0},
		{"list", record.Field{Kind: record.Integer}, `[1]`, none, `{"f":[1]}`, 1},

		{"number", record.Field{Kind: record.Number}, `10.50`, "10.50", "", 0},
		{"number in text", record.Field{Kind: record.Number}, `"-12.5"`, "-12.5", "", 0},
		{"decimal comma", record.Field{Kind: record.Number}, `"1,5"`, none, `{"f":"1,5"}`, 1},
		{"infinite", record.Field{Kind: record.Number}, `1e999`, none, `{"f":1e999}`, 1},
		{"not a number", record.Field{Kind: record.Number}, `"NaN"`, none, `{"f":"NaN"}`, 1},
		{"decimal", record.Field{Kind: record.Decimal}, `"10.500"`, "10.500", "", 0},
		{"decimal number", record.Field{Kind: record.Decimal}, `0.10`, "0.10", "", 0},
		{"no decimal", record.Field{Kind: record.Decimal}, `"ten"`, none, `{"f":"ten"}`, 1},

		{"true", record.Field{Kind: record.Boolean}, `true`, "true", "", 0},
		{"zero", record.Field{Kind: record.Boolean}, `0`, "false", "", 0},
		{"one in text", record.Field{Kind: record.Boolean}, `"1"`, "true", "", 0},
		{"two", record.Field{Kind: record.Boolean}, `2`, none, `{"f":2}`, 1},

		{"date", record.Field{Kind: record.Date}, `"2024-02-29"`, "2024-02-29", "", 0},
		{"date by layout", record.Field{Kind: record.Date, Layouts: date}, `"03/04/2018"`, "2018-04-03", "", 0},
		{"single digits", record.Field{Kind: record.Date, Layouts: []string{"2/1/2006"}}, `"3/4/2018"`, "2018-04-03", "", 0},
		{"no such day", record.Field{Kind: record.Date}, `"2023-02-29"`, none, `{"f":"2023-02-29"}`, 1},
		{"zero date", record.Field{Kind: record.Date}, `"0000-00-00"`, none, `{"f":"0000-00-00"}`, 1},
		{"midnight", record.Field{Kind: record.Date}, `"2024-02-29T00:00:00"`, "2024-02-29", "", 0},
		{"date with a time", record.Field{Kind: record.Date}, `"2024-02-29T10:00:00"`, none, `{"f":"2024-02-29T10:00:00"}`, 1},
		{"number is no date", record.Field{Kind: record.Date}, `20240229`, none, `{"f":20240229}`, 1},
		{"before 1970", record.Field{Kind: record.Date}, `"1899-12-31"`, "1899-12-31", "", 0},
		{"time", record.Field{Kind: record.Time}, `"23:59:58.25"`, "23:59:58.25", "", 0},
		{"short time", record.Field{Kind: record.Time}, `"07:05"`, "07:05:00", "", 0},
		{"time by layout", record.Field{Kind: record.Time, Layouts: []string{"3:04 PM"}}, `"4:05 PM"`, "16:05:00", "", 0},
		{"no time", record.Field{Kind: record.Time}, `"25:00"`, none, `{"f":"25:00"}`, 1},
		{"local", record.Field{Kind: record.DateTime}, `"2024-05-06 07:08"`, "2024-05-06 07:08:00", "", 0},
		{"local by layout", record.Field{Kind: record.DateTime, Layouts: []string{"02/01/2006 15:04:05"}}, `"03/04/2018 09:10:11"`, "2018-04-03 09:10:11", "", 0},
		{"local, ISO last", record.Field{Kind: record.DateTime, Layouts: []string{"02/01/2006 15:04:05"}}, `"2018-04-03T09:10:11.123456"`, "2018-04-03 09:10:11.123456", "", 0},
		{"date alone is no moment", record.Field{Kind: record.DateTime}, `"2018-04-03"`, none, `{"f":"2018-04-03"}`, 1},
		{"UTC", record.Field{Kind: record.DateTime, UTC: true}, `"2024-05-06T07:08:09+02:00"`, "2024-05-06T05:08:09Z", "", 0},
		{"UTC without saying", record.Field{Kind: record.DateTime, UTC: true}, `"2024-05-06 07:08:09"`, "2024-05-06T07:08:09Z", "", 0},

		{"list of text", record.Field{Kind: record.List, Of: &record.Field{Kind: record.String}}, `[ "a", 1 ]`, `[ "a", 1 ]`, "", 0},
		{"misfit in a list", record.Field{Kind: record.List, Of: &record.Field{Kind: record.Integer}}, `[1,"x",null]`, `[1,"x",null]`, `{"f.1":"x"}`, 1},
		{"no list", record.Field{Kind: record.List, Of: &record.Field{Kind: record.Integer}}, `7`, none, `{"f":7}`, 1},
		{"json", record.Field{Kind: record.JSON}, `{"a" : 1}`, `{"a" : 1}`, "", 0},
		{"object without fields", record.Field{Kind: record.Object}, `{"a":1}`, `{"a":1}`, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.field.Name = "f"
			got, misfits := line(t, []record.Field{c.field}, rows(`{"f":` + c.json + `}`)[0], nil)
			assert.Equal(t, c.want, got["f"])
			assert.Equal(t, c.extra, got[colExtra])
			assert.Equal(t, c.misfits, misfits)
		})
	}
}

func TestFileBecomesSumAndLength(t *testing.T) {
	fields := []record.Field{{Name: "photo", Kind: record.File}}
	const sum = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
	for _, raw := range []string{`{"photo":"aGVsbG8="}`, `{"photo":{"sha256":"` + sum + `","bytes":5}}`} {
		got, misfits := line(t, fields, rows(raw)[0], nil)
		assert.Equal(t, sum, got["photo.sha256"])
		assert.Equal(t, "5", got["photo.bytes"])
		assert.Zero(t, misfits)
	}
	got, misfits := line(t, fields, rows(`{"photo":"%%%"}`)[0], nil)
	assert.Equal(t, none, got["photo.sha256"])
	assert.Equal(t, `{"photo":"%%%"}`, got[colExtra])
	assert.Equal(t, 1, misfits)
}

func TestKeysThatNoFieldNames(t *testing.T) {
	fields := []record.Field{
		text("name"),
		{Name: "position", Aliases: []string{"Position"}, Kind: record.Object, Fields: []record.Field{{Name: "lat", Kind: record.Number}}},
		{Name: "parts", Kind: record.List, Of: &record.Field{Kind: record.Object, Fields: []record.Field{
			text("id"), {Name: "serials", Kind: record.List, Of: &record.Field{Kind: record.Object, Fields: []record.Field{text("n")}}}}}},
	}
	for _, c := range []struct{ name, raw, want, extra string }{
		{"top", `{"new":{"a":1},"name":"x"}`, "x", `{"new":{"a":1}}`},
		{"nested", `{"name":"x","position":{"lat":1,"alt":[2]}}`, "x", `{"position.alt":[2]}`},
		{"in lists of lists", `{"name":"x","parts":[{"id":"1"},{"id":"2","color":"red","serials":[{"n":"a","m":1}]}]}`, "x", `{"parts.1.color":"red","parts.1.serials.0.m":1}`},
		{"escaped key", `{"na\u006de":"x","od\"d":1}`, "x", `{"od\"d":1}`},
		{"alias", `{"Position":{"lat":2},"name":"x"}`, "x", ""},
		{"two spellings, one null", `{"position":null,"Position":{"lat":2},"name":"x"}`, "x", ""},
		{"a key twice", `{"name":"x","name":"y"}`, "x", `{"name":"y"}`},
		{"one path for two", `{"name":"x","position.alt":1,"position":{"alt":2}}`, "x", `{"position.alt":1,"position.alt#2":2}`},
		{"empty containers of the other kind", `{"name":"x","position":[],"parts":{}}`, "x", ""},
		{"pretty printed", "{\n  \"name\" : \"x\" ,\n  \"z\" : [ 1 ]\n}\n", "x", `{"z":[ 1 ]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, misfits := line(t, fields, rows(c.raw)[0], nil)
			assert.Equal(t, c.want, got["name"])
			assert.Equal(t, c.extra, got[colExtra])
			assert.Zero(t, misfits)
		})
	}
}

func TestDetailWinsKeyByKey(t *testing.T) {
	fields := []record.Field{text("a"), text("b"), text("c"),
		{Name: "o", Kind: record.Object, Fields: []record.Field{text("x"), text("y")}}}
	r := rows(`{"a":"raw","b":"raw","o":{"x":"raw","y":"raw"},"u":1,"v":1}`)[0]
	r.Detail = []byte(`{"b":"detail","c":"detail","a":null,"o":{"x":"detail"},"u":2}`)
	got, misfits := line(t, fields, r, nil)
	assert.Equal(t, none, got["a"])
	assert.Equal(t, "detail", got["b"])
	assert.Equal(t, "detail", got["c"])
	assert.Equal(t, "detail", got["o.x"])
	assert.Equal(t, none, got["o.y"])
	assert.Equal(t, `{"u":2,"v":1}`, got[colExtra])
	assert.Zero(t, misfits)
}

func TestFieldsFromTheKey(t *testing.T) {
	fields := []record.Field{
		{Name: "job", Kind: record.String, From: record.FromParent},
		{Name: "type", Kind: record.String, From: record.FromVariant, Enum: []string{"customer", "site"}},
	}
	for key, want := range map[record.Key][2]string{
		"12/34":     {"12", none},
		"site/34":   {"site", "site"},
		"12":        {"12", none},
		"customer/": {"customer", "customer"},
	} {
		got, _ := line(t, fields, record.Staged{Record: record.Record{Key: key, Raw: []byte(`{}`)}}, nil)
		assert.Equal(t, want, [2]string{got["job"], got["type"]}, key)
	}
}

func TestRowsThatAreNoObjects(t *testing.T) {
	fields := []record.Field{text("id"), text("name")}
	for raw, want := range map[string][3]string{
		`[7,"x",true]`: {"7", "x", `{"2":true}`},
		`"bare"`:       {"bare", none, ""},
		`{"id":"1"}`:   {"1", none, ""},
	} {
		l := newCSVLines(Table{Fields: fields, Names: []string{"id", "name"}}, environment{}, nil)
		r := rows(raw)[0]
		l.line(nil, &r)
		cells, kids := l.x.plan.row.cells, l.x.plan.row.root.kids
		shown := func(i int) string {
			if c := cells[kids[i].slot]; c.state == filled {
				return string(c.text)
			}
			return none
		}
		assert.Equal(t, want, [3]string{shown(0), shown(1), string(l.x.extra.text())}, raw)
	}
	got, misfits := line(t, fields, rows(`[1]`)[0], nil)
	assert.Equal(t, `{"$":[1]}`, got[colExtra])
	assert.Equal(t, 1, misfits)
	got, misfits = line(t, fields, rows(`{"id":"1"`)[0], nil)
	assert.JSONEq(t, `{"$":"{\"id\":\"1\""}`, got[colExtra])
	assert.Equal(t, 1, misfits)
}

func TestCustomFields(t *testing.T) {
	shape := record.CustomShape{Label: "label", Value: "value"}
	fields := []record.Field{{Name: "customFieldValues", Aliases: []string{"customFields"}, Kind: record.Custom, Custom: shape}}
	for _, c := range []struct {
		name, raw  string
		zone, flag string
		extra      string
		misfits    int
	}{
		{"list", `[{"id":1,"label":"Zone","value":"N"},{"label":"Flag","value":""}]`, "N", "", "", 0},
		{"values that are not text", `[{"label":"Zone","value":10.50},{"label":"Flag","value":{"a":1}}]`, "10.50", `{"a":1}`, "", 0},
		{"null value", `[{"label":"Zone","value":null}]`, "", "", "", 0},
		{"first that is not blank wins", `[{"label":"Zone","value":""},{"label":"Zone","value":"N"},{"id":3,"label":"Zone","value":"S"}]`, "N", "", `{"customFieldValues.2":{"id":3,"label":"Zone","value":"S"}}`, 0},
		{"equal values", `[{"label":"Zone","value":"N"},{"label":"Zone","value":"N"}]`, "N", "", "", 0},
		{"no label", `[{"id":9,"value":"x"},{"label":"","value":"y"},7]`, "", "", `{"customFieldValues.0":{"id":9,"value":"x"},"customFieldValues.1":{"label":"","value":"y"},"customFieldValues.2":7}`, 3},
		{"more members", `[{"label":"Zone","value":"N","type":"select"}]`, "N", "", `{"customFieldValues.0.type":"select"}`, 0},
		{"empty", `[]`, "", "", "", 0},
		{"wrong type", `"x"`, "", "", `{"customFieldValues":"x"}`, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, misfits := line(t, fields, rows(`{"customFieldValues":` + c.raw + `}`)[0], nil, "Zone", "Flag")
			assert.Equal(t, c.zone, got["custom.Zone"])
			assert.Equal(t, c.flag, got["custom.Flag"])
			assert.Equal(t, c.extra, got[colExtra])
			assert.Equal(t, c.misfits, misfits)
		})
	}
	byLabel := []record.Field{{Name: "properties", Kind: record.Custom}}
	got, misfits := line(t, byLabel, rows(`{"properties":{"Zone":"N","Flag":true}}`)[0], nil, "Zone", "Flag")
	assert.Equal(t, "N", got["custom.Zone"])
	assert.Equal(t, "true", got["custom.Flag"])
	assert.Zero(t, misfits)
}

func TestLocalTimesAndTheirInstants(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	fields := []record.Field{{Name: "at", Kind: record.DateTime}}
	for _, c := range []struct {
		name, text string
		zone       *time.Location
		local, utc string
	}{
		{"no zone", "2024-07-01 12:00", nil, "2024-07-01 12:00:00", none},
		{"summer", "2024-07-01 12:00", paris, "2024-07-01 12:00:00", "2024-07-01T10:00:00Z"},
		{"winter", "2024-01-01 12:00", paris, "2024-01-01 12:00:00", "2024-01-01T11:00:00Z"},
		{"left out in spring", "2024-03-31 02:30", paris, "2024-03-31 02:30:00", none},
		{"just before the gap", "2024-03-31 01:59:59", paris, "2024-03-31 01:59:59", "2024-03-31T00:59:59Z"},
		{"just after the gap", "2024-03-31 03:00", paris, "2024-03-31 03:00:00", "2024-03-31T01:00:00Z"},
		{"twice in autumn", "2024-10-27 02:30", paris, "2024-10-27 02:30:00", none},
		{"before it is twice", "2024-10-27 01:59:59", paris, "2024-10-27 01:59:59", "2024-10-26T23:59:59Z"},
		{"after it was twice", "2024-10-27 03:00", paris, "2024-10-27 03:00:00", "2024-10-27T02:00:00Z"},
		{"its own offset, no zone", "2024-07-01T12:00:00+05:00", nil, "2024-07-01 12:00:00", "2024-07-01T07:00:00Z"},
		{"its own offset", "2024-07-01T12:00:00Z", paris, "2024-07-01 14:00:00", "2024-07-01T12:00:00Z"},
		{"its own offset settles the double hour", "2024-10-27T02:30:00+01:00", paris, "2024-10-27 02:30:00", "2024-10-27T01:30:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, misfits := line(t, fields, rows(`{"at":"` + c.text + `"}`)[0], c.zone)
			assert.Equal(t, c.local, got["at"])
			assert.Equal(t, c.utc, got["at_utc"])
			assert.Zero(t, misfits)
		})
	}
}

// TestInstantsAgreeWithTime walks through two years in steps that meet every
// change of the clock, in both directions of time, with one zone's memory.
func TestInstantsAgreeWithTime(t *testing.T) {
	for _, name := range []string{"Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"} {
		loc, err := time.LoadLocation(name)
		require.NoError(t, err)
		z := newLocalZone(loc)
		start := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
		for i := range 2 * 365 * 48 {
			wall := start.Add(time.Duration(i*7919%(2*365*48)) * 30 * time.Minute)
			instant, ok := z.utc(wall.UnixMicro())
			matches := map[int64]bool{}
			for _, off := range []time.Duration{-26 * time.Hour, 26 * time.Hour} {
				_, seconds := wall.Add(off).In(loc).Zone()
				at := wall.Add(-time.Duration(seconds) * time.Second)
				if _, back := at.In(loc).Zone(); back == seconds {
					matches[at.UnixMicro()] = true
				}
			}
			require.Equal(t, len(matches) == 1, ok, "%s %s", name, wall)
			if ok {
				require.True(t, matches[instant], "%s %s", name, wall)
			}
		}
	}
}

func TestCalendarAgreesWithTime(t *testing.T) {
	for days := int64(-800000); days < 800000; days += 13 {
		want := time.Unix(days*86400, 0).UTC()
		y, m, d := civil(days)
		require.Equal(t, want.Format("2006-01-02"), time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC).Format("2006-01-02"))
		require.EqualValues(t, days, daysSince1970(y, m, d))
	}
}

func TestColumnNamesAreUnique(t *testing.T) {
	fields := []record.Field{
		{Name: "at", Kind: record.DateTime}, text("at_utc"), text("custom"), text("Name"), text("name"),
		{Name: "values", Kind: record.Custom}, {Name: "o", Kind: record.Object, Fields: []record.Field{text("x")}}, text("o.x"),
	}
	var got []string
	for _, c := range manifestSchema(compile(fields)) {
		got = append(got, c.Name)
	}
	assert.Equal(t, []string{"at", "at_utc_2", "at_utc", "custom", "Name", "name_2", "custom_2", "o", "o.x", colAccount, colSyncedAt, colDeleted, colExtra}, got)
}
