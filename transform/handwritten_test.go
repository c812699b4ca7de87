package transform

import (
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"
	"github.com/valyala/fastjson"

	"ferry/extract/stage"
)

// handwritten is testdata/customers.yaml as a Go programmer would write it for
// this one mapping: the yardstick of the benchmark. It reads the same stage and
// writes the same mapped records.
func handwritten() Rules {
	return Rules{
		Name: "companies", From: []string{"customer"}, To: "company", Hash: xxhash.Sum64String("by hand"),
		Mapper: func() Mapper { return &handMapper{} },
	}
}

type handMapper struct {
	parser fastjson.Parser
	b      []byte
}

func (m *handMapper) Map(in *Input, out *Outcome) {
	v, err := m.parser.ParseBytes(in.Base.Raw)
	if err != nil {
		out.Bin, out.Letter = stage.BinDead, stage.Letter{Reason: "no JSON"}
		return
	}
	o, err := v.Object()
	if err != nil {
		out.Bin, out.Letter = stage.BinDead, stage.Letter{Reason: "no object"}
		return
	}
	var f [16]*fastjson.Value
	o.Visit(func(key []byte, v *fastjson.Value) {
		switch string(key) {
		case "id":
			f[0] = v
		case "myId":
			f[1] = v
		case "name":
			f[2] = v
		case "address":
			f[3] = v
		case "addressZIP":
			f[4] = v
		case "addressCity":
			f[5] = v
		case "contactPhone":
			f[6] = v
		case "contactEmail":
			f[7] = v
		case "publicLink":
			f[8] = v
		case "dateCreated":
			f[9] = v
		case "customFieldValues":
			f[10] = v
		case "position":
			f[11] = v
		case "tags":
			f[12] = v
		case "isActive":
			f[13] = v
		case "balance":
			f[14] = v
		case "notes":
			f[15] = v
		}
	})
	text := func(v *fastjson.Value) []byte {
		if v == nil {
			return nil
		}
		s, _ := v.StringBytes()
		return s
	}
	balance := f[14].GetFloat64()
	segment := "small"
	if balance > 5000 {
		segment = "large"
	}
	zone, contract := "none", ""
	for _, c := range f[10].GetArray() {
		switch string(c.GetStringBytes("label")) {
		case "Zone":
			zone = string(c.GetStringBytes("value"))
		case "Contrat":
			contract = string(c.GetStringBytes("value"))
		}
	}
	b := append(m.b[:0], '{')
	b = str(b, "name", strings.TrimSpace(string(text(f[2]))))
	b = str(b, "code", string(text(f[1])))
	b = str(b, "email", string(text(f[7])))
	b = str(b, "phone", string(text(f[6])))
	b = str(b, "zip", string(text(f[4])))
	b = append(b, `"address":{`...)
	b = str(b, "line", string(text(f[3])))
	b = str(b, "city", strings.ToUpper(string(text(f[5]))))
	b = str(b, "link", string(text(f[8])))
	b = append(b[:len(b)-1], `},"place":{`...)
	b = str(b, "latitude", string(f[11].GetStringBytes("latitude")))
	b = str(b, "longitude", string(f[11].GetStringBytes("longitude")))
	b = append(b[:len(b)-1], `},"active":`...)
	b = strconv.AppendBool(b, f[13].GetBool())
	b = append(b, `,"balance":`...)
	b = f[14].MarshalTo(b)
	b = append(b, ',')
	b = str(b, "notes", string(text(f[15])))
	b = str(b, "since", string(text(f[9])))
	b = append(b, `"tags":[`...)
	for i, tag := range f[12].GetArray() {
		if i > 0 {
			b = append(b, ',')
		}
		b = quoted(b, string(text(tag)))
	}
	b = append(b, "],"...)
	b = str(b, "remark", "Crm "+strconv.FormatInt(f[0].GetInt64(), 10))
	b = str(b, "segment", segment)
	b = str(b, "zone", zone)
	b = str(b, "contract", contract)
	b = append(b, `"kind":"Customer"}`...)
	m.b = b
	out.Bin, out.JSON = stage.BinMapped, b
}

// str appends a member and a comma.
func str(b []byte, name, value string) []byte {
	b = append(append(append(b, '"'), name...), `":`...)
	return append(quoted(b, value), ',')
}

func quoted(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		case '\t':
			b = append(b, `\t`...)
		default:
			const hex = "0123456789abcdef"
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(b, s[start:]...), '"')
}
