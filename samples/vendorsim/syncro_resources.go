package vendorsim

import (
	"net/http"
	"strconv"
	"strings"
)

// syncroResources are the resources with standard calls, by path.
var syncroResources = map[string]*resource{
	"customers": {
		stream: SyncroCustomers, wrap: "customer", empty: emptyCustomer, created: withParams, change: withoutParams,
		fields: map[string]fieldType{
			"business_name": asText, "firstname": asText, "lastname": asText, "email": asText, "phone": asPhone, "mobile": asPhone,
			"address": asText, "address_2": asText, "city": asText, "state": asText, "zip": asText, "notes": asText, "get_sms": asBool,
			"opt_out": asBool, "no_email": asBool, "ref_customer_id": asInt, "referred_by": asText, "tax_rate_id": asInt,
			"notification_email": asText, "invoice_cc_emails": asText, "invoice_term_id": asInt, "properties": asObject,
		},
		hidden:  map[string]fieldType{"get_billing": asBool, "get_marketing": asBool, "get_reports": asBool, "consent": asObject},
		check:   (*Syncro).checkCustomer,
		details: (*Syncro).customerFull,
	},
	"contacts": {
		stream: SyncroContacts, empty: emptyContact, created: unsavedContact, change: savedContact,
		fields: map[string]fieldType{
			"customer_id": asInt, "name": asText, "address1": asText, "address2": asText, "city": asText, "state": asText, "zip": asText,
			"email": asText, "phone": asPhone, "mobile": asPhone, "notes": asText,
		},
		check: func(_ *Syncro, r *record, _ map[string]any, _ bool) []string {
			wrong := badEmail(r)
			if len(wrong) > 1 {
				wrong = wrong[:1]
			}
			if strings.TrimSpace(r.name) == "" {
				wrong = append(wrong, "Name can't be blank")
			}
			if r.body.get("customer_id") == nil {
				wrong = append(wrong, "Customer can't be blank")
			}
			return wrong
		},
		before: (*Syncro).contactOwner,
		after:  contactTitle,
	},
	"leads": {
		stream: SyncroLeads, wrap: "lead", empty: emptyLead, created: withParams, change: withParams,
		fields: map[string]fieldType{
			"first_name": asText, "last_name": asText, "email": asText, "phone": asPhone, "mobile": asPhone, "address": asText, "city": asText,
			"state": asText, "zip": asText, "ticket_subject": asText, "ticket_description": asText, "ticket_problem_type": asText,
			"ticket_id": asInt, "customer_id": asInt, "contact_id": asInt, "mailbox_id": asInt, "message_read": asBool, "status": asText,
			"user_id": asInt, "location_id": asInt,
		},
		hidden: map[string]fieldType{
			"business_name": asText, "converted": asBool, "disabled": asBool, "from_check_in": asBool, "hidden_notes": asText,
			"appointment_time": asText, "ticket_type_id": asInt, "opportunity_start_date": asTime, "opportunity_amount_dollars": asNumber,
			"likelihood": asInt, "properties": asObject, "ticket_properties": asObject, "customer_purchase_id": asInt,
			"signature_date": asTime, "signature_name": asText, "signature_data": asText, "appointment_type_id": asInt,
		},
		check: func(_ *Syncro, r *record, sent map[string]any, _ bool) []string {
			_, described := sent["ticket_description"]
			if (truth(sent["from_check_in"]) || described) && r.body.text("ticket_description") == "" {
				return []string{"Ticket description can't be blank"}
			}
			return nil
		},
	},
	"tickets": {
		stream: SyncroTickets, wrap: "ticket", empty: emptyTicket, created: oneError, change: withoutParams,
		fields: map[string]fieldType{
			"customer_id": asInt, "ticket_type_id": asInt, "number": asInt, "subject": asText, "due_date": asDay, "start_at": asTime,
			"end_at": asTime, "location_id": asInt, "problem_type": asText, "status": asText, "user_id": asInt, "properties": asObject,
			"asset_ids": asInts, "signature_name": asText, "sla_id": asInt, "contact_id": asInt, "priority": asText,
			"outtake_form_date": asTime, "outtake_form_name": asText, "tag_list": asTexts,
		},
		hidden: map[string]fieldType{"signature_data": asText, "outtake_form_data": asText},
		check:  (*Syncro).checkTicket,
		after:  (*Syncro).ticketSaved,
		details: func(s *Syncro, c *call, r *record) object {
			o := s.ticketFull(r, c.query().Get("comment_format"))
			if c.r.Method == http.MethodPost {
				return o.without("address")
			}
			return o
		},
	},
	"invoices": {
		stream: SyncroInvoices, wrap: "invoice", empty: newInvoice, created: withParams, change: withParams,
		fields: map[string]fieldType{
			"customer_id": asInt, "number": asText, "date": asTime, "due_date": asDay, "ticket_id": asInt, "location_id": asInt,
			"po_number": asText, "contact_id": asInt, "note": asText, "hardwarecost": asText,
		},
		check: func(s *Syncro, r *record, _ map[string]any, _ bool) []string {
			var wrong []string
			if r.customer < 0 || s.customers.headAt(r.customer).deleted {
				wrong = append(wrong, "Customer can't be blank")
			}
			if r.myID == "" {
				wrong = append(wrong, "Number can't be blank")
			}
			if r.body.get("date") == nil {
				wrong = append(wrong, "Date can't be blank")
			}
			return wrong
		},
		after: (*Syncro).invoiceSaved,
		answer: func(s *Syncro, _ *call, r *record) reply {
			return syncroJSON(http.StatusOK, object{{"invoice", s.invoice(r)}})
		},
		details: (*Syncro).invoiceShown,
	},
	"payments": {
		stream: SyncroPayments, wrap: "payment", empty: emptyPayment, created: withParams,
		fields: map[string]fieldType{"payment_method": asText, "ref_num": asText, "signature_date": asTime},
		hidden: map[string]fieldType{
			"customer_id": asInt, "invoice_id": asInt, "invoice_number": asText, "amount_cents": asInt, "register_id": asInt,
			"apply_payments": asObject, "address_street": asText, "address_city": asText, "address_zip": asText, "signature_name": asText,
			"signature_data": asText, "firstname": asText, "lastname": asText,
		},
		check: (*Syncro).checkPayment,
		after: (*Syncro).paymentSaved,
		answer: func(s *Syncro, _ *call, r *record) reply {
			return syncroJSON(http.StatusOK, object{{"payment", append(s.shown(r).without("customer").without("signature_date"), member{"tickets", []any{}})}})
		},
	},
	"customer_assets": {
		stream: SyncroAssets, wrap: "asset", empty: emptyAsset, created: withParams, change: withoutParams,
		fields: map[string]fieldType{"name": asText, "customer_id": asInt, "asset_serial": asText, "properties": asObject},
		hidden: map[string]fieldType{"asset_type_id": asInt, "asset_type_name": asText},
		check:  (*Syncro).checkAsset,
		after: func(s *Syncro, _ *call, r *record, fresh bool) {
			if fresh && !s.o.BodyProperties {
				r.body.set("properties", object{})
			}
		},
	},
	"rmm_alerts": {
		stream: SyncroAlerts, wrap: "rmm_alert", empty: emptyAlert, created: withParams,
		fields: map[string]fieldType{
			"customer_id": asInt, "asset_id": asInt, "description": asText, "resolved": asBool, "status": asText, "properties": asObject,
			"formatted_output": asText,
		},
		check: func(*Syncro, *record, map[string]any, bool) []string { return nil },
		after: (*Syncro).alertSaved,
		answer: func(s *Syncro, _ *call, r *record) reply {
			o := object{{"id", r.id}, {"account_id", 1}, {"customer_id", r.body.get("customer_id")}}
			for _, key := range []string{"computer_name", "properties", "resolved", "check_id", "status", "formatted_output", "description"} {
				o = append(o, member{key, r.body.get(key)})
			}
			o = append(o, object{
				{"created_at", s.moment(r.created, 0)}, {"updated_at", s.moment(r.modified, 0)}, {"ticket_id", nil}, {"asset_id", r.body.get("asset_id")},
			}...)
			return syncroJSON(http.StatusCreated, object{{"success", true}, {"alert", o}})
		},
	},
}

// newInvoice is an invoice that its token's user makes.
func newInvoice() object {
	o := emptyInvoice()
	o.set("user_id", syncroUsers[0].id)
	o.set("_lines", []object{})
	return o
}

// lineFields are what a line item takes.
var lineFields = map[string]fieldType{
	"item": asText, "name": asText, "product_id": asInt, "quantity": asNumber, "cost": asNumber, "price": asNumber, "taxable": asBool,
	"discount_percent": asInt, "discount_dollars": asText, "position": asInt, "invoice_bundle_id": asInt,
}

// textOfNumber writes a number as the vendor's decimals, which are text: 2 is "2.0".
func textOfNumber(v any) any {
	d, is := v.(decimal)
	if !is {
		return v
	}
	f, err := strconv.ParseFloat(string(d), 64)
	if err != nil {
		return nil
	}
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}
