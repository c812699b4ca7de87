package vendorsim

import (
	"net/http"
	"strconv"
	"strings"
)

// unsavedContact is the refusal of a creation: it has two keys that a saved contact has not.
func unsavedContact(messages []string, sent map[string]any, r *record) reply {
	r.body.set("id", nil)
	r.body = append(r.body, member{"processed_phone", nil}, member{"processed_mobile", nil})
	return savedContact(messages, sent, r)
}

// savedContact is the refusal of an update: the record as it stands, and one text.
func savedContact(messages []string, _ map[string]any, r *record) reply {
	o := r.body.clone()
	if r.id != 0 {
		o.set("id", r.id)
	}
	return syncroJSON(http.StatusUnprocessableEntity, object{{"record", o}, {"errors", strings.Join(messages, ", ")}})
}

// contactOwner refuses a contact of a customer that does not exist: 404, not 422.
func (s *Syncro) contactOwner(c *call) *reply {
	id, _ := asInt.take(c.sent.fields["customer_id"]).(int64)
	if s.customers.live(itoa(id)) < 0 {
		bad := notFound(c)
		return &bad
	}
	return nil
}

// contactTitle keeps the title, which only updates take, under properties.
func contactTitle(_ *Syncro, c *call, r *record, fresh bool) {
	if title, sent := c.sent.fields["title"]; sent && !fresh {
		r.body.set("properties", merged(r.body.get("properties"), object{{"title", asText.take(title)}}))
	}
}

func (s *Syncro) checkCustomer(r *record, _ map[string]any, _ bool) []string {
	wrong := badEmail(r)
	if k := r.keysOf(); k.then() == "" && r.email == "" {
		wrong = append(wrong, "Business name or first name or email can't be blank")
	}
	if s.o.UniqueEmail && r.email != "" {
		email := func(h *head) string { return h.email }
		owners := s.customers.lookup("email", r.email, email, false)
		if s.o.GoneEmails {
			owners = append(owners, s.customers.lookup("email", r.email, email, true)...)
		}
		for _, i := range owners {
			if i != r.idx {
				return append(wrong, "Email has already been taken")
			}
		}
	}
	return wrong
}

// customerFull is a customer's details.
func (s *Syncro) customerFull(_ *call, r *record) object {
	o := s.customer(r)
	if s.o.Extras {
		o = append(o, object{
			{"ticket_links", []any{}}, {"invoice_links", []any{}}, {"phones", s.phonesOf(r)}, {"contracts", []any{}}, {"addresses", []any{}},
		}...)
	}
	return o
}

func (s *Syncro) checkAsset(r *record, sent map[string]any, _ bool) []string {
	if name, given := sent["asset_type_name"]; given {
		if id := idOf(assetTypes, plainText(name)); id != 0 {
			r.body.set("_asset_type_id", id)
		} else {
			r.body.set("_asset_type_id", nil)
		}
		s.reindex(s.assets, r)
	}
	var wrong []string
	if nameOf(assetTypes, r.keysOf().kind) == "" {
		wrong = append(wrong, "Asset type can't be blank", "Name You must have an asset type first, please go create one")
	}
	if strings.TrimSpace(r.name) == "" {
		wrong = append(wrong, "Name can't be blank")
	}
	if s.takenSerial(r) {
		wrong = append(wrong, "Asset serial has already been taken")
	}
	return wrong
}

// takenSerial tells whether another live asset has a draft's serial. The seed's serials end with the asset's index, so
// that no list of them is needed.
func (s *Syncro) takenSerial(r *record) bool {
	if r.myID == "" {
		return false
	}
	for _, i := range append(seedSerial(r.myID), s.serials[r.myID]...) {
		if i == r.idx || i < 0 || i >= s.assets.next {
			continue
		}
		if h := s.assets.headAt(i); h.myID == r.myID && !h.deleted {
			return true
		}
	}
	return false
}

// seedSerial returns the index of the asset to which the seed may have given a serial.
func seedSerial(serial string) []int {
	number, modern := strings.CutPrefix(serial, "SN")
	i, err := strconv.Atoi(number)
	switch {
	case err != nil:
		return nil
	case modern:
		return []int{i - 100_000}
	}
	return []int{i}
}

func (s *Syncro) checkPayment(r *record, _ map[string]any, _ bool) []string {
	b := r.body
	bill := int64(0)
	if n, _ := b.get("_invoice_id").(int64); n != 0 {
		bill = n
	}
	if number := b.text("_invoice_number"); number != "" && bill == 0 {
		if all := s.invoices.lookup("invoice_number", number, func(h *head) string { return h.myID }, false); len(all) > 0 {
			h := s.invoices.headAt(all[0])
			bill = h.id
		}
	}
	k := *r.keysOf()
	k.invoice = bill
	r.ext = &k
	var wrong []string
	i := s.invoices.live(itoa(bill))
	if bill != 0 && i < 0 {
		wrong = append(wrong, "Invoice not found")
	}
	if i >= 0 {
		r.customer = s.invoices.headAt(i).customer
		b.set("_customer_id", s.idAt(s.customers, r.customer))
	}
	if r.customer < 0 {
		wrong = append(wrong, "Customer can't be blank")
	}
	cents, _ := b.get("_amount_cents").(int64)
	if cents == 0 {
		wrong = append(wrong, "Amount can't be blank")
	}
	r.body = b
	r.body.set("payment_amount", decimal(dollars(cents)))
	return wrong
}

// dollars writes cents as a JSON number: 10, 10.5, 10.55.
func dollars(cents int64) string {
	return strings.TrimSuffix(decimalText(cents), ".0")
}
