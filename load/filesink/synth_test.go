package filesink

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/klauspost/compress/zstd"

	"ferry/extract/record"
	"ferry/extract/stage"
)

func text(name string) record.Field { return record.Field{Name: name, Kind: record.String} }

// customerFields are those of a customer in a field-service product.
func customerFields() []record.Field {
	fields := []record.Field{{Name: "id", Kind: record.Integer}}
	for _, n := range []string{
		"myId", "name", "address", "addressStreet", "addressComplement", "addressZIP", "addressCity", "addressProvince",
		"addressCountry", "contactFirstName", "contactLastName", "contactPhone", "contactMobile", "contactEmail",
		"contactFax", "vatNumber", "publicLink",
	} {
		fields = append(fields, text(n))
	}
	of := text("")
	return append(fields,
		record.Field{Name: "dateCreated", Kind: record.DateTime, Layouts: []string{"02/01/2006 15:04:05"}},
		record.Field{Name: "dateModified", Kind: record.DateTime, Layouts: []string{"2006-01-02 15:04"}},
		record.Field{Name: "customFieldValues", Kind: record.Custom, Custom: record.CustomShape{Label: "label", Value: "value"}},
		record.Field{Name: "position", Aliases: []string{"Position"}, Kind: record.Object, Fields: []record.Field{
			{Name: "latitude", Kind: record.Number}, {Name: "longitude", Kind: record.Number}}},
		record.Field{Name: "tags", Kind: record.List, Of: &of},
		record.Field{Name: "isActive", Kind: record.Boolean},
		record.Field{Name: "balance", Kind: record.Number},
	)
}

// customer makes the JSON of one customer, the same for the same number.
func customer(i int) []byte {
	r := rand.New(rand.NewPCG(7, uint64(i)))
	words := []string{"Müller", "Société Générale", "O'Brien & Sons", "Kühne \"Nord\"", "Acme", "Łódź Works", "North\nSouth", "Rivière"}
	word := func() string { return words[r.IntN(len(words))] }
	cities := []string{"Paris", "Lyon", "Berlin", "München", "Kraków", "Denver", "Springfield"}
	city := cities[r.IntN(len(cities))]
	street := fmt.Sprintf("%d %s street", r.IntN(900), word())
	zip := fmt.Sprintf("%05d", r.IntN(99999))
	phone := fmt.Sprintf("+33 %d %02d %02d %02d %02d", r.IntN(9), r.IntN(99), r.IntN(99), r.IntN(99), r.IntN(99))
	doc := []any{
		"id", i, "myId", fmt.Sprintf("C-%07d", r.IntN(9999999)), "name", word() + " " + word() + fmt.Sprint(i),
		"address", street + ", " + zip + " " + city + ", France", "addressStreet", street,
		"addressComplement", fmt.Sprintf("Building %d", r.IntN(30)), "addressZIP", zip, "addressCity", city,
		"addressProvince", "Province " + city, "addressCountry", "France", "contactFirstName", word(), "contactLastName", word(),
		"contactPhone", phone, "contactMobile", phone[:8] + "11 22 33", "contactEmail", fmt.Sprintf("contact.%d@example-%d.com", i, r.IntN(5000)),
		"contactFax", "", "vatNumber", fmt.Sprintf("FR%011d", r.Int64N(99999999999)),
		"publicLink", fmt.Sprintf("https://example.com/public/%x%x", r.Uint64(), r.Uint64()),
		"dateCreated", time.Unix(1500000000+r.Int64N(2e8), 0).UTC().Format("02/01/2006 15:04:05"),
		"dateModified", time.Unix(1600000000+r.Int64N(1e8), 0).UTC().Format("2006-01-02 15:04"),
		"customFieldValues", []map[string]any{
			{"id": 1, "label": "Zone", "value": cities[r.IntN(7)]}, {"id": 2, "label": "Contract", "value": fmt.Sprint(r.IntN(100000))}},
		"position", map[string]string{"latitude": fmt.Sprintf("%.6f", r.Float64()*90), "longitude": fmt.Sprintf("%.6f", r.Float64()*180)},
		"tags", []string{word(), "vip"}[:1+r.IntN(2)], "isActive", r.IntN(10) > 0, "balance", float64(r.IntN(1e6)) / 100,
	}
	out := []byte{'{'}
	for k := 0; k < len(doc); k += 2 {
		if k > 0 {
			out = append(out, ',')
		}
		key, _ := json.Marshal(doc[k])
		value, _ := json.Marshal(doc[k+1])
		out = append(append(append(out, key...), ':'), value...)
	}
	return append(out, '}')
}

var syncedAt = time.Date(2026, 8, 1, 3, 59, 0, 0, time.UTC)

// pages is a source in memory: records in compressed pages, as the stage keeps them.
type pages struct {
	stored [][]byte
	ends   [][]int
}

func newPages(records [][]byte, size int) *pages {
	enc, _ := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest))
	p := &pages{}
	for len(records) > 0 {
		n := min(size, len(records))
		var body []byte
		var ends []int
		for _, r := range records[:n] {
			body = append(body, r...)
			ends = append(ends, len(body))
		}
		p.stored = append(p.stored, enc.EncodeAll(body, nil))
		p.ends = append(p.ends, ends)
		records = records[n:]
	}
	return p
}

// times gives the source's pages n times over.
func (p *pages) times(n int) Source {
	dec, _ := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0))
	return func(ctx context.Context, fn func(Batch) error) error {
		for range n {
			for i := range p.stored {
				decode := func(*stage.Decoder) ([]record.Staged, error) {
					body, err := dec.DecodeAll(p.stored[i], nil)
					out := make([]record.Staged, len(p.ends[i]))
					from := 0
					for k, end := range p.ends[i] {
						out[k].Raw, out[k].SyncedAt = body[from:end], syncedAt
						from = end
					}
					return out, err
				}
				if err := fn(Batch{Rows: len(p.ends[i]), Decode: decode}); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

func customers(n int) *pages {
	records := make([][]byte, n)
	for i := range records {
		records[i] = customer(i)
	}
	return newPages(records, 100)
}

// brief are records of three fields, quick to make and to write.
func brief(n int) *pages {
	records := make([][]byte, n)
	for i := range records {
		records[i] = fmt.Appendf(nil, `{"id":%d,"name":"name of %d","customFieldValues":[{"label":"Zone","value":"%d"}]}`, i, i, i%7)
	}
	return newPages(records, 100)
}
