package connector

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

const refersSpec = `vendor: a
base_url: https://a.com
auth: none
paging: {whole: {kind: none, records: data}}
streams:
  jobs:
    key: id
    list: {path: jobs, paging: whole}
    fields:
      id: integer
      when: date
      place_id: {type: integer, refers: REFERS}
  places:
    key: id
    list: {path: places, paging: whole}
    fields: {id: integer, name: string, link: {type: string, secret: true}, at: {fields: {city: string, since: date}}}
  alone:
    key: id
    get: {path: "alone/{key}"}
    fields: {id: integer, name: string}
  pairs:
    key: [id, name]
    list: {path: pairs, paging: whole}
    fields: {id: integer, name: string}
`

func TestRefers(t *testing.T) {
	parse := func(refers string) (*Spec, error) {
		return Parse("a.yaml", []byte(strings.Replace(refersSpec, "REFERS", refers, 1)))
	}
	for refers, want := range map[string]record.Refers{
		"{stream: places, by: name}":            {Stream: "places", By: []string{"name"}},
		"{stream: places, by: [name, at.city]}": {Stream: "places", By: []string{"name", "at.city"}},
	} {
		s, err := parse(refers)
		require.NoError(t, err, refers)
		assert.Equal(t, &want, stream(t, s, "jobs").Fields[2].Refers)
	}
	for refers, want := range map[string]string{
		"{stream: place, by: name}":             `no stream "place"; did you mean "places"?`,
		"{stream: places, by: nam}":             `stream places has no field "nam"; did you mean "name"?`,
		"{stream: places, by: link}":            `field "link" is secret`,
		"{stream: places, by: at.since}":        `field "at.since" is date`,
		"{stream: places, by: at}":              `field "at" is object`,
		"{stream: places, by: [name, name]}":    `"name" is named twice`,
		"{stream: places, by: []}":              "no field; name the fields by which people know such a record",
		"{stream: places}":                      `key "by" is missing`,
		"{by: name}":                            `key "stream" is missing`,
		"{stream: alone, by: name}":             "stream alone has no list of its own",
		"{stream: pairs, by: name}":             "the key of stream pairs has 2 fields",
		"{stream: places, by: name, per: name}": `unknown key "per"`,
	} {
		_, err := parse(refers)
		assert.ErrorContains(t, err, want, refers)
	}
	_, err := Parse("a.yaml", []byte(strings.Replace(refersSpec, "when: date", "when: {type: date, refers: {stream: places, by: name}}", 1)))
	assert.ErrorContains(t, err, "refers has no meaning for type date")
}

// Every field of the shipped specs that holds the key of another stream's record
// says so, as far as that stream can be looked through.
func TestShippedSpecsRefer(t *testing.T) {
	want := map[string]map[string]string{
		"synchroteam": {
			"site customer.id": "customer", "equipment customer.id": "customer", "equipment site.id": "site",
			"job customer.id": "customer", "job site.id": "site", "job equipment.id": "equipment",
			"activity activityType.id": "activityType",
			"recurrence customer.id":   "customer", "recurrence site.id": "site", "recurrence equipment.id": "equipment",
		},
		"syncro": {
			"customers ref_customer_id": "customers", "customers.phones customer_id": "customers", "contacts customer_id": "customers",
			"tickets customer_id": "customers", "tickets contact_id": "contacts", "tickets user_id": "users", "tickets ticket_type_id": "ticket_types",
			"tickets.comments ticket_id": "tickets", "tickets.line_items ticket_id": "tickets", "tickets.timers ticket_id": "tickets", "tickets.timers user_id": "users",
			"leads customer_id": "customers", "leads contact_id": "contacts", "leads ticket_id": "tickets", "leads user_id": "users", "leads ticket_type_id": "ticket_types",
			"invoices customer_id": "customers", "invoices contact_id": "contacts", "invoices ticket_id": "tickets", "invoices.line_items invoice_id": "invoices",
			"payments customer_id": "customers", "payments invoice_id": "invoices",
			"assets customer_id": "customers", "assets asset_type_id": "asset_types",
			"rmm_alerts customer_id": "customers", "rmm_alerts asset_id": "assets",
		},
		"sonar": {}, "customerly": {},
	}
	for _, vendor := range Names() {
		s := shippedSpec(t, vendor)
		got := map[string]string{}
		for _, name := range s.Writable() {
			for _, f := range Flatten(stream(t, s, name).Writes.Fields) {
				if f.Field.Refers != nil {
					got[name+" "+f.Path] = f.Field.Refers.Stream
				}
			}
		}
		assert.Equal(t, want[vendor], got, vendor)
	}
}
