package api_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/api"
	"ferry/extract/connector"
)

// synchroteamList is paged by number with every echo there is.
func synchroteamList() *connector.List {
	return &connector.List{Paging: connector.Paging{
		Kind: connector.PageNumber, Param: "page", First: 1, SizeParam: "pageSize", Size: 100,
		Records: []string{"data"}, Total: "recordsTotal", Page: "page", PageSize: "pageSize", Rows: "records",
	}}
}

func listAt(records ...string) *connector.List {
	return &connector.List{Paging: connector.Paging{Records: records}}
}

func raws(p *api.Page) []string {
	out := []string{}
	for _, r := range p.Rows {
		out = append(out, string(r.Raw))
	}
	return out
}

func TestSplitPage(t *testing.T) {
	meta := listAt("customers")
	meta.Paging.Total, meta.Paging.TotalPages = "meta.total_entries", "meta.total_pages"
	wrapped := listAt("appointments")
	wrapped.Row.Unwrap = "appointment"
	pairs := listAt("users")
	pairs.Row.Pair = []string{"id", "name"}
	scalars := listAt("data")
	scalars.Row.Scalar = "tag"
	unsaid := api.Page{Total: -1, TotalPages: -1, Number: -1, Size: -1, Announced: -1}

	for _, c := range []struct {
		name, body string
		list       *connector.List
		rows       []string
		page       api.Page
	}{
		{
			"synchroteam", `{"page":2,"pageSize":100,"records":2,"recordsTotal":102,"data":[{"id":1}, {"id":2,"a":[1,{}]}]}`,
			synchroteamList(), []string{`{"id":1}`, `{"id":2,"a":[1,{}]}`},
			api.Page{Total: 102, TotalPages: -1, Number: 2, Size: 100, Announced: 2},
		},
		{
			"counts behind the list and in quotes", `{"data":[],"recordsTotal":"0","page":null}`,
			synchroteamList(), []string{}, api.Page{Total: 0, TotalPages: -1, Number: -1, Size: -1, Announced: -1},
		},
		{
			"nested counts", `{"other":{"total_pages":9},"customers":[{"x":1}],"meta":{"total_pages":3,"page":1,"total_entries":51},"z":{"total_pages":8}}`,
			meta, []string{`{"x":1}`}, api.Page{Total: 51, TotalPages: 3, Number: -1, Size: -1, Announced: -1},
		},
		{"nested list", `{"data":{"n":1,"users":[{"a":1}]}}`, listAt("data.users"), []string{`{"a":1}`}, unsaid},
		{"alternatives", `{"jobPhoto":[{"a":1}]}`, listAt("photos", "jobPhoto"), []string{`{"a":1}`}, unsaid},
		{
			"of two lists the one named first", `{"jobPhoto":[{"a":1}],"photos":[{"b":1}]}`,
			listAt("photos", "jobPhoto"), []string{`{"b":1}`}, unsaid,
		},
		{
			"of two lists the one named first, standing first", `{"photos":[{"b":1}],"jobPhoto":[{"a":1}]}`,
			listAt("photos", "jobPhoto"), []string{`{"b":1}`}, unsaid,
		},
		{"a path, or the answer", `[{"b":1}]`, listAt("data", ""), []string{`{"b":1}`}, unsaid},
		{
			"the answer is the list", " [ {\"a\":1} ,\n{\"a\":\"\\u00e9\"} ] \n", listAt(""),
			[]string{`{"a":1}`, `{"a":"\u00e9"}`}, unsaid,
		},
		{
			"wrapped", `{"appointments":[{"appointment":{"id":1}},{ "appointment" : {"id":2} }]}`,
			wrapped, []string{`{"id":1}`, `{"id":2}`}, unsaid,
		},
		{
			"pairs", `{"users":[[1,"A \"b\""],[2.50, null]]}`,
			pairs, []string{`{"id":1,"name":"A \"b\""}`, `{"id":2.50,"name":null}`}, unsaid,
		},
		{"no pairs", `{"users":[]}`, pairs, []string{}, unsaid},
		{"scalars", `{"data":["red",7]}`, scalars, []string{`{"tag":"red"}`, `{"tag":7}`}, unsaid},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := api.SplitPage([]byte(c.body), c.list)
			require.NoError(t, err)
			assert.Equal(t, c.rows, raws(p))
			for _, r := range p.Rows {
				assert.Equal(t, string(r.Raw), string(p.Body[r.Offset:r.Offset+r.Length]))
			}
			assert.True(t, bytes.HasPrefix(p.Body, []byte(c.body)), "the answer itself is kept")
			p.Body, p.Rows = nil, nil
			assert.Equal(t, c.page, *p)
		})
	}
}

func TestSplitPageRefusesOtherShapes(t *testing.T) {
	wrapped := listAt("a")
	wrapped.Row.Unwrap = "w"
	pairs := listAt("a")
	pairs.Row.Pair = []string{"id", "name"}
	scalars := listAt("a")
	scalars.Row.Scalar = "x"

	for _, c := range []struct {
		name, body string
		list       *connector.List
		says       string
	}{
		{"no list", `{"error":"x","message":"y"}`, synchroteamList(), `the answer should be an object with "data" but is one with error, message`},
		{"empty object", `{}`, synchroteamList(), `but is an empty object`},
		{"null list", `{"data":null}`, synchroteamList(), `"data" of the answer should be a list but is null`},
		{"object for list", `{"data":{}}`, synchroteamList(), `but is an object`},
		{"list for object", `[]`, synchroteamList(), `should be an object with "data" but is a list`},
		{"object for bare list", `{}`, listAt(""), `the answer should be a list but is an object`},
		{"text", `"Disabled"`, synchroteamList(), `but is a text`},
		{"neither", `5`, listAt("photos", ""), `a list, or an object with "photos" but is a number`},
		{"null row", `{"data":[{"id":1},null]}`, synchroteamList(), `"data[1]" of the answer should be an object but is null`},
		{"number row", `{"data":[-5]}`, synchroteamList(), `but is a number`},
		{"total is text", `{"data":[],"recordsTotal":"many"}`, synchroteamList(), `"recordsTotal" of the answer should be a whole number but is a text`},
		{"total is a fraction", `{"data":[],"recordsTotal":1.5}`, synchroteamList(), `a whole number`},
		{"total below zero", `{"data":[],"recordsTotal":-1}`, synchroteamList(), `a whole number`},
		{"wrapped row is bare", `{"a":[{"id":1}]}`, wrapped, `an object with "w" alone but is an object with "id"`},
		{"wrapped row is empty", `{"a":[{}]}`, wrapped, `an empty object`},
		{"wrapped row holds a list", `{"a":[{"w":[]}]}`, wrapped, `one that holds a list`},
		{"wrapped row holds more", `{"a":[{"w":{},"v":1}]}`, wrapped, `an object with "v" too`},
		{"wrapped row is no object", `{"a":[1]}`, wrapped, `but is a number`},
		{"pair of three", `{"a":[[1,2,3]]}`, pairs, `a list of 2 but is a list of 3`},
		{"pair of one", `{"a":[[1]]}`, pairs, `a list of 1`},
		{"pair is an object", `{"a":[{}]}`, pairs, `but is an object`},
		{"scalar is null", `{"a":[null]}`, scalars, `a bare value but is null`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := api.SplitPage([]byte(c.body), c.list)
			var shape *api.ShapeError
			require.ErrorAs(t, err, &shape)
			assert.Contains(t, err.Error(), c.says)
			assert.False(t, shape.Damaged)
		})
	}
}

func TestSplitRecords(t *testing.T) {
	for _, c := range []struct {
		name, body string
		paths      []string
		rows       []string
	}{
		{"the answer", `{"id":1}`, nil, []string{`{"id":1}`}},
		{"the answer, a list", `[{"id":1},{"id":2}]`, nil, []string{`{"id":1}`, `{"id":2}`}},
		{"one record at a path", `{"data":{"id":1}}`, []string{"data"}, []string{`{"id":1}`}},
		{"a list at a path", `{"job":{"id":1},"photos":[{"id":2}]}`, []string{"photos", "jobPhoto"}, []string{`{"id":2}`}},
		{"none", `{"job":{"id":1},"photos":[]}`, []string{"photos"}, []string{}},
		{"wrapped, or the answer", ` {"contact":{"id":1}}`, []string{"contact", ""}, []string{`{"id":1}`}},
		{"flat, or wrapped", " {\"id\":1,\"customer\":{\"id\":2}}\n", []string{"contact", ""}, []string{`{"id":1,"customer":{"id":2}}`}},
		{"flat where the path ends early", `{"id":1,"ticket":{"id":2}}`, []string{"ticket.line_items", ""}, []string{`{"id":1,"ticket":{"id":2}}`}},
		{"a list, or wrapped", `[{"id":1},{"id":2}]`, []string{"webhooks", ""}, []string{`{"id":1}`, `{"id":2}`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := api.SplitRecords([]byte(c.body), c.paths, connector.RowShape{})
			require.NoError(t, err)
			assert.Equal(t, c.rows, raws(p))
		})
	}
	for _, body := range []string{`5`, `null`, `{"data":1}`, `{}`, `[1]`, ``} {
		_, err := api.SplitRecords([]byte(body), []string{"data"}, connector.RowShape{})
		require.Error(t, err, body)
	}
	_, err := api.SplitRecords([]byte(`5`), nil, connector.RowShape{})
	require.Error(t, err)
	_, err = api.SplitRecords([]byte(`{"id":1}`), []string{"contact", ""}, connector.RowShape{Unwrap: "contact"})
	require.Error(t, err, "a row that should be wrapped is not")
	_, err = api.SplitRecords([]byte(`{"contact":null}`), []string{"contact", ""}, connector.RowShape{})
	require.Error(t, err, "the named path is there, and holds no record")
	_, err = api.SplitPage([]byte(`{"id":1}`), &connector.List{Paging: connector.Paging{Records: []string{"contacts", ""}}})
	require.Error(t, err, "a list is no object")
}

// The nine damaged pages that a lenient splitter lets through, and more.
func TestSplitPageRefusesDamage(t *testing.T) {
	good := `{"page":1,"data":[{"id":1,"name":"é","n":1.25,"ok":true},{"id":2}]}`
	_, err := api.SplitPage([]byte(good), synchroteamList())
	require.NoError(t, err)
	for name, body := range map[string]string{
		"invalid UTF-8":         strings.Replace(good, "é", "\xff", 1),
		"number with two dots":  strings.Replace(good, "1.25", "1.2.3", 1),
		"broken literal":        strings.Replace(good, "true", "trux", 1),
		"raw control character": strings.Replace(good, "é", "\x01", 1),
		"invalid escape":        strings.Replace(good, "é", `\q`, 1),
		"missing comma":         strings.Replace(good, `},{`, `}{`, 1),
		"truncated":             good[:len(good)-9],
		"trailing bytes":        good + "x",
		"two answers":           good + good,
		"empty":                 "",
		"HTML":                  "<html><body>Service</body></html>",
		"the list twice":        `{"data":[],"data":[]}`,
		"damage behind":         `{"data":[],"z":nul}`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := api.SplitPage([]byte(body), synchroteamList())
			var shape *api.ShapeError
			require.ErrorAs(t, err, &shape)
			assert.True(t, shape.Damaged, err.Error())
		})
	}
	for n := range len(good) {
		_, err := api.SplitPage([]byte(good[:n]), synchroteamList())
		require.Error(t, err, "cut at %d", n)
	}
}

// bigPage is a page of 100 records and about 97 KB.
func bigPage() []byte {
	var b bytes.Buffer
	b.WriteString(`{"page":1,"pageSize":100,"records":100,"recordsTotal":100000,"data":[`)
	for i := range 100 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%d,"myId":"K-%06d","name":"Société \"Générale\" %d","address":"12 rue de l'Église, Lyon","addressStreet":"rue de l'Église","addressCity":"Lyon",`, 1000+i, i, i)
		fmt.Fprintf(&b, `"addressProvince":"Rhône","addressZIP":"0%d","addressCountry":"France","addressComplement":"bâtiment B\nescalier 3","position":{"latitude":"45.7%d","longitude":"4.8%d"},`, 1000+i, i, i)
		fmt.Fprintf(&b, `"contactFirstName":"Zoé","contactLastName":"Müller","contactMobile":"+33 6 12 34 56 78","contactPhone":"04 72 00 00 00","contactEmail":"z.muller%d@example.com","contactFax":null,`, i)
		fmt.Fprintf(&b, `"vatNumber":"FR%011d","publicLink":"https://example.com/p/%032d","dateCreated":"2019-05-04 11:22","dateModified":"24/12/2023 18:05:09",`, i, i)
		fmt.Fprintf(&b, `"customFieldValues":[{"id":11,"label":"Zone","value":"North"},{"id":12,"label":"Contract","value":"Gold plus \u00e9"},{"id":13,"label":"Remarks","value":""}],`)
		fmt.Fprintf(&b, `"tags":["vip","elevator"],"isActive":true,"balance":%d.50,"notes":"%s"}`, i, strings.Repeat("x", 40))
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

func BenchmarkSplitPageAndKeys(b *testing.B) {
	body, list, fields := bigPage(), synchroteamList(), []string{"id"}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		p, err := api.SplitPage(body, list)
		if err != nil || len(p.Rows) != 100 {
			b.Fatal(err)
		}
		for i := range p.Rows {
			if _, err := api.KeyOf(p.Rows[i].Raw, fields); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkKeyOfLast(b *testing.B) {
	p, err := api.SplitPage(bigPage(), synchroteamList())
	require.NoError(b, err)
	b.SetBytes(int64(p.Rows[0].Length))
	for b.Loop() {
		if _, err := api.KeyOf(p.Rows[0].Raw, []string{"balance"}); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzSplitPage(f *testing.F) {
	f.Add([]byte(`{"page":1,"meta":{"t":3},"data":[{"id":1},{"id":"a\u0020/"}]}`), uint8(0))
	f.Add([]byte(`{"data":[[1,"x"],[2,"y"]]}`), uint8(1))
	f.Add([]byte(`{"data":["x",3,true]}`), uint8(2))
	f.Add([]byte(`{"data":[{"w":{"id":1}}]}`), uint8(3))
	f.Add([]byte(`[{"id":1}]`), uint8(4))
	shapes := []connector.RowShape{{}, {Pair: []string{"id", "name"}}, {Scalar: "id"}, {Unwrap: "w"}, {}}
	f.Fuzz(func(t *testing.T, body []byte, kind uint8) {
		l := synchroteamList()
		l.Row = shapes[int(kind)%len(shapes)]
		l.Paging.TotalPages = "meta.t"
		if kind%5 == 4 {
			l.Paging = connector.Paging{}
		}
		before := bytes.Clone(body)
		p, err := api.SplitPage(body, l)
		require.Equal(t, before, body, "the answer is never changed")
		if err != nil {
			require.ErrorAs(t, err, new(*api.ShapeError))
			return
		}
		for _, r := range p.Rows {
			require.Equal(t, byte('{'), r.Raw[0])
			_, err := api.SplitPage([]byte("["+string(r.Raw)+"]"), listAt(""))
			require.NoError(t, err, "a row is sound by itself")
			_, _ = api.KeyOf(r.Raw, []string{"id", "name.x"})
		}
	})
}
