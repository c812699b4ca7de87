package vendorsim

// WriteOnly returns what a record keeps and no answer shows (such as a customer's get_billing), by the names that were
// written; nil when there never was such a record.
func (s *Syncro) WriteOnly(stream, id string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrive(s.Now())
	t := s.tables[stream]
	if t == nil {
		return nil
	}
	i := t.find(id)
	if i < 0 {
		return nil
	}
	out := object{}
	for _, m := range t.at(i).body {
		if m.key[0] == '_' && syncroResources[stream].hidden != nil {
			if _, kept := syncroResources[stream].hidden[m.key[1:]]; kept {
				out = append(out, member{m.key[1:], m.val})
			}
		}
	}
	return appendJSON(nil, out)
}

// CommentIDs returns the ids of all comments of a ticket, oldest first, be it deleted.
func (s *Syncro) CommentIDs(ticket string) []string {
	return s.partIDs(s.tickets, ticket, "_comments")
}

// LineItemIDs returns the ids of all line items of an invoice in their order, be it deleted.
func (s *Syncro) LineItemIDs(invoice string) []string {
	return s.partIDs(s.invoices, invoice, "_lines")
}

func (s *Syncro) partIDs(t *table, id, key string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrive(s.Now())
	i := t.find(id)
	if i < 0 {
		return nil
	}
	out := []string{}
	parts, _ := t.at(i).body.get(key).([]object)
	for _, one := range parts {
		n, _ := one.get("id").(int64)
		out = append(out, itoa(n))
	}
	return out
}
