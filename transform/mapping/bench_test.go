package mapping

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fastjson"
)

const twentyFields = `      name: trim(name)
      email: lower(email)
      zip: zip
      phone: phone
      address.line: address.street
      address.city: address.city
      balance: balance
      visits: visits
      score: rating * 2
      active: active
      type: {from: kind, values: {private: Person, company: Business}}
      remark: '"Alpha " + string(id) + (visits > 3 ? " (often)" : "")'
      labels: tags
      owner_id: owner.id
      extra: notes
      properties.Zone: custom("Zone")
      properties.First: {from: First name}
      properties.Key: id
      properties.Kept: {value: kept}
      properties.Short: zip[0:2]
`

func records(n int) [][]byte {
	out := make([][]byte, n)
	for i := range out {
		out[i] = fmt.Appendf(nil, `{"id":%d,"name":" Customer %d ","First name":"Ann","email":"USER%d@Example.com","phone":"+1 719 388 %04d","zip":"%05d",`+
			`"address":{"street":"%d Main Street","city":"Paris","country":"FR"},"balance":"%d.50","visits":%d,"rating":2.5,"active":true,"kind":"company",`+
			`"since":"31/12/2023","changed":"2024-01-01T10:00:00","tags":["a","b"],"owner":{"id":%d,"name":"Ann"},"boss":1,"notes":"some longer text with \"quotes\"",`+
			`"values":[{"label":"Level","value":"1"},{"label":"Zone","value":"North"}],"unused":"%s"}`,
			i, i, i, i%10000, i%100000, i, i, i%9, i, strings.Repeat("x", 300))
	}
	return out
}

// byHand is the mapping of twentyFields as a person would write it in Go.
func byHand(p *fastjson.Parser, body, b []byte) ([]byte, error) {
	v, err := p.ParseBytes(body)
	if err != nil {
		return nil, err
	}
	str := func(keys ...string) string { return string(v.GetStringBytes(keys...)) }
	field := func(name, s string) {
		if s != "" {
			if len(b) > 1 && b[len(b)-1] != '{' {
				b = append(b, ',')
			}
			b = append(strconv.AppendQuote(b, name), ':')
			b = appendText(b, s)
		}
	}
	raw := func(name string, n *fastjson.Value) {
		if n != nil {
			b = append(append(strconv.AppendQuote(append(b, ','), name), ':'), n.MarshalTo(nil)...)
		}
	}
	b = append(b, '{')
	field("name", strings.TrimSpace(str("name")))
	field("email", strings.ToLower(str("email")))
	field("phone", str("phone"))
	field("zip", str("zip"))
	b = append(b, `,"address":{`...)
	field("line", str("address", "street"))
	field("city", str("address", "city"))
	balance, err := strconv.ParseFloat(str("balance"), 64)
	if err != nil {
		return nil, err
	}
	b = strconv.AppendFloat(append(b, `},"balance":`...), balance, 'f', -1, 64)
	raw("visits", v.Get("visits"))
	b = strconv.AppendFloat(append(b, `,"score":`...), v.GetFloat64("rating")*2, 'f', -1, 64)
	raw("active", v.Get("active"))
	switch str("kind") {
	case "private":
		field("type", "Person")
	case "company":
		field("type", "Business")
	default:
		return nil, fmt.Errorf("unknown kind")
	}
	b = append(b, `,"labels":[`...)
	for i, tag := range v.GetArray("tags") {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, string(tag.GetStringBytes()))
	}
	b = append(b, ']')
	often := ""
	if v.GetInt("visits") > 3 {
		often = " (often)"
	}
	field("remark", "Alpha "+strconv.Itoa(v.GetInt("id"))+often)
	raw("owner_id", v.Get("owner", "id"))
	field("extra", str("notes"))
	b = append(b, `,"properties":{`...)
	for _, c := range v.GetArray("values") {
		if string(c.GetStringBytes("label")) == "Zone" {
			field("Zone", string(c.GetStringBytes("value")))
		}
	}
	field("First", str("First name"))
	raw("Key", v.Get("id"))
	field("Kept", "kept")
	zip := str("zip")
	field("Short", zip[:min(2, len(zip))])
	return append(b, '}', '}'), nil
}

func TestByHandIsTheSameMapping(t *testing.T) {
	f := inTestdata(t, single(twentyFields))
	for _, body := range records(10) {
		got, _, res := apply(t, f, Input{Base: body})
		want, err := byHand(new(fastjson.Parser), body, nil)
		require.NoError(t, err)
		require.JSONEq(t, string(want), got, "%+v", res.Dead)
	}
}

func BenchmarkApply(b *testing.B) {
	bodies := records(1000)
	b.Run("mapping", func(b *testing.B) {
		p, err := inTestdata(b, single(twentyFields)).Compile(alpha(b), beta(b))
		require.NoError(b, err)
		w, res, in := p.Stream(0).New(), Result{}, Input{}
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			in.Base = bodies[i%len(bodies)]
			if w.Apply(&in, &res) != Mapped {
				b.Fatal(res.Dead)
			}
		}
	})
	b.Run("by hand", func(b *testing.B) {
		var p fastjson.Parser
		var out []byte
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			var err error
			if out, err = byHand(&p, bodies[i%len(bodies)], out[:0]); err != nil {
				b.Fatal(err)
			}
		}
	})
}
