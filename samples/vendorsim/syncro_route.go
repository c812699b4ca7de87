package vendorsim

import (
	"net/http"
	"strings"
)

// syncroEndpoints are the endpoints by verb and path, ids written as :id.
var syncroEndpoints = routes()

func routes() map[string]func(*Syncro, *call) reply {
	all := map[string]func(*Syncro, *call) reply{
		"GET me":                   (*Syncro).me,
		"GET users":                (*Syncro).userList,
		"GET users/:id":            (*Syncro).userDetails,
		"GET settings":             (*Syncro).settings,
		"GET tickets/settings":     (*Syncro).ticketSettings,
		"GET payment_methods":      (*Syncro).paymentMethods,
		"GET search":               (*Syncro).search,
		"GET customers":            (*Syncro).customerList,
		"GET customers/latest":     (*Syncro).customerLatest,
		"GET contacts":             (*Syncro).contactList,
		"GET tickets":              (*Syncro).ticketList,
		"GET leads":                (*Syncro).leadList,
		"GET invoices":             (*Syncro).invoiceList,
		"GET payments":             (*Syncro).paymentList,
		"GET customer_assets":      (*Syncro).assetList,
		"GET rmm_alerts":           (*Syncro).alertList,
		"GET line_items":           (*Syncro).lineItemList,
		"DELETE customers/:id":     (*Syncro).customerDelete,
		"DELETE contacts/:id":      (*Syncro).contactDelete,
		"DELETE tickets/:id":       (*Syncro).ticketDelete,
		"DELETE invoices/:id":      (*Syncro).invoiceDelete,
		"DELETE rmm_alerts/:id":    (*Syncro).alertResolve,
		"POST rmm_alerts/:id/mute": (*Syncro).alertMute,

		"GET customers/autocomplete":         (*Syncro).customerAutocomplete,
		"GET customers/:id/phones":           (*Syncro).phoneList,
		"POST customers/:id/phones":          (*Syncro).phoneAdd,
		"PUT customers/:id/phones/:id":       (*Syncro).phoneChange,
		"DELETE customers/:id/phones/:id":    (*Syncro).phoneDelete,
		"GET tickets/:id/comments":           (*Syncro).commentList,
		"POST tickets/:id/comment":           (*Syncro).commentAdd,
		"POST tickets/:id/add_line_item":     (*Syncro).ticketLineAdd,
		"POST tickets/:id/remove_line_item":  (*Syncro).ticketLineRemove,
		"POST tickets/:id/timer_entry":       (*Syncro).timerAdd,
		"POST tickets/:id/attach_file_url":   (*Syncro).attach,
		"POST tickets/:id/delete_attachment": (*Syncro).detach,
		"POST tickets/:id/print":             (*Syncro).ticketPrint,
		"GET invoices/:id/ticket":            (*Syncro).invoiceTicket,
		"POST invoices/:id/email":            (*Syncro).invoiceEmail,
		"POST invoices/:id/print":            (*Syncro).invoicePrint,
		"POST invoices/:id/line_items":       (*Syncro).lineAdd,

		"PUT invoices/:id/line_items/:id":    (*Syncro).lineChange,
		"DELETE invoices/:id/line_items/:id": (*Syncro).lineDelete,
	}
	for name, res := range syncroResources {
		all["GET "+name+"/:id"] = func(s *Syncro, c *call) reply { return s.details(c, res) }
		all["POST "+name] = func(s *Syncro, c *call) reply { return s.create(c, res) }
		if res.change != nil {
			all["PUT "+name+"/:id"] = func(s *Syncro, c *call) reply { return s.update(c, res) }
		}
	}
	return all
}

// syncroWords are the parts of a path that are no ids.
var syncroWords = words()

func words() map[string]bool {
	out := map[string]bool{}
	for name := range syncroEndpoints {
		_, path, _ := strings.Cut(name, " ")
		for word := range strings.SplitSeq(path, "/") {
			out[word] = true
		}
	}
	return out
}

// syncroPath names the endpoint of a path: customers/:id for /api/v1/customers/17.json. It is "?" outside the API.
func syncroPath(path string) string {
	parts := syncroParts(path)
	if parts == nil {
		return "?"
	}
	for i, part := range parts {
		if i > 0 && !syncroWords[part] {
			parts[i] = ":id"
		}
	}
	return strings.Join(parts, "/")
}

// syncroParts cuts a path of the API into its parts, nil for any other path.
func syncroParts(path string) []string {
	rest, found := strings.CutPrefix(path, "/api/v1/")
	if !found {
		return nil
	}
	return strings.Split(strings.TrimSuffix(strings.TrimSuffix(rest, "/"), ".json"), "/")
}

// id returns the n-th id of a call's path.
func (c *call) id(n int) string {
	parts := syncroParts(c.r.URL.Path)
	for i, part := range strings.Split(c.path, "/") {
		if part == ":id" {
			if n == 0 {
				return parts[i]
			}
			n--
		}
	}
	return ""
}

// done notes a write and answers 200.
func (s *Syncro) done(c *call, v object) reply {
	parts := strings.Split(c.path, "/")
	verb := map[string]string{http.MethodPut: "update", http.MethodDelete: "delete"}[c.r.Method]
	if len(parts) > 2 {
		verb = strings.TrimSpace(parts[2] + " " + verb)
	}
	s.note(parts[0], c.id(0), verb, c.sent)
	if len(parts) > 2 {
		s.part(c, v)
	}
	return syncroJSON(http.StatusOK, v)
}

// part names the comment, line or phone that the last write was about: by the path, or by what is answered.
func (s *Syncro) part(c *call, v object) {
	if one, wrapped := v.get("comment").(object); wrapped {
		v = one
	}
	id := c.id(1)
	if made, is := v.get("id").(int64); is {
		id = itoa(made)
	}
	s.written[len(s.written)-1].Part = id
}
