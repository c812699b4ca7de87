package mapping

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
)

// shippedExample is the example of DESIGN 4.4, for the vendors that are shipped.
const shippedExample = `version: 1
from: synchroteam
to: syncro
streams:
  - name: customers
    from: customer
    to: customers
    where: name != ""
    match: [email, [business_name, zip]]
    duplicates: hold
    fields:
      business_name: trim(name)
      email: {from: contactEmail, as: email}
      phone: {from: contactPhone, as: phone, region: US}
      zip: addressZIP
      get_sms: {value: false, set: create}
      referred_by: '"Synchroteam " + string(id)'
      properties.Zone: custom("Zone")
    tests:
      - given: {id: 7, name: " Acme ", contactPhone: "(719) 388-1967", customFieldValues: {Zone: North}}
        want: {business_name: Acme, phone: "+17193881967", referred_by: Synchroteam 7, properties.Zone: North, email: null}
  - name: tickets
    from: job
    to: tickets
    fields:
      subject: type.name
      customer_id: ref("customers", customer.id)
      user_id: 'find("users", {name: technician.name})'
      status: {from: status, values: {created: New, completed: Resolved}, else: reject}
      due_date: {from: scheduledEnd, as: datetime, layout: "02/01/2006 15:04:05", zone: Europe/Paris, blank: keep}
    tests:
      - given: {id: j1, type.name: Repair, customer.id: 7, technician.name: Ann, status: completed, scheduledEnd: 31/12/2023 18:00:00}
        want: {customer_id: 'ref("customers", 7)', status: Resolved}
`

func TestExampleOfTheDesign(t *testing.T) {
	source, err := connector.Load("synchroteam")
	require.NoError(t, err)
	target, err := connector.Load("syncro")
	require.NoError(t, err)
	f, err := Parse("m.yaml", []byte(shippedExample))
	require.NoError(t, err)
	results, err := f.RunTests(source, target)
	require.NoError(t, err)
	require.Len(t, results, 2)
	for _, r := range results {
		for i := range r.Failed {
			t.Error(r.String(i))
		}
	}
	p, err := f.Compile(source, target)
	require.NoError(t, err)
	var res Result
	outcome := p.Find("tickets").New().Apply(&Input{Key: "j1", Base: []byte(`{"id":"j1","type":{"name":"R"},"customer":{"id":7},
		"technician":{"name":"Ann"},"status":"completed","scheduledEnd":"31/07/2023 18:00:00"}`)}, &res)
	require.Equal(t, Mapped, outcome, "%+v", res.Dead)
	assert.JSONEq(t, `{"customer_id":{"$ref":{"stream":"customers","key":"7"}},"subject":"R","due_date":"2023-07-31T18:00:00+02:00",
		"status":"Resolved","user_id":{"$find":{"stream":"users","by":{"name":"Ann"}}}}`, string(res.JSON))
}
