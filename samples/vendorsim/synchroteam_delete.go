package vendorsim

import "strings"

// Deletes and undeletes. By a name, every record of that name goes (reference: Delete a customer).

// change finds the records that a delete or undelete names and changes each. id gives its id on the wire.
func (s *Synchroteam) change(c *call, stream string, deleted bool, do func(t *table, i int), flag string) ([]object, *reply) {
	f := s.finders()[stream]
	if f.takes[len(f.takes)-1] == "email" {
		f.takes = f.takes[:len(f.takes)-1] // email is for reading only
	}
	name, value := f.asked(c.query())
	found := f.all(name, value, deleted)
	if name == "" || len(found) == 0 {
		bad := missing(value, f.what)
		return nil, &bad
	}
	out := make([]object, len(found))
	for n, i := range found {
		do(f.t, i)
		h := f.t.headAt(i)
		s.note(stream, h.key, c.path[strings.LastIndexByte(c.path, '/')+1:], nil)
		var id any = h.id
		if stream == StreamJobs {
			id = h.key
		}
		out[n] = object{{"id", id}, {flag, true}}
	}
	return out, nil
}

// remove answers a delete with a list (reference: Delete a customer, JSON Returned).
func (s *Synchroteam) remove(c *call, stream string) reply {
	rows, bad := s.change(c, stream, false, func(t *table, i int) {
		if h := t.headAt(i); stream == StreamJobs && h.user >= 0 && h.start != 0 {
			s.effect(EffectTechnician, 1)
		}
		t.remove(i, c.now.Unix())
	}, "deleted")
	if bad != nil {
		return *bad
	}
	return ok(rows)
}

// restore answers an undelete with the list under a key of its own (reference: Undelete a customer, a site,
// equipment: three spellings).
func (s *Synchroteam) restore(c *call, stream, key, flag string) reply {
	rows, bad := s.change(c, stream, true, func(t *table, i int) { t.restore(i, c.now.Unix()) }, flag)
	if bad != nil {
		return *bad
	}
	return ok(object{{key, rows}})
}

func (s *Synchroteam) customerDelete(c *call) reply { return s.remove(c, StreamCustomers) }

func (s *Synchroteam) siteDelete(c *call) reply { return s.remove(c, StreamSites) }

func (s *Synchroteam) equipmentDelete(c *call) reply { return s.remove(c, StreamEquipment) }

func (s *Synchroteam) jobDelete(c *call) reply { return s.remove(c, StreamJobs) }

func (s *Synchroteam) activityDelete(c *call) reply { return s.remove(c, StreamActivities) }

func (s *Synchroteam) customerUndelete(c *call) reply {
	return s.restore(c, StreamCustomers, "customersDeleted", "isDeleted")
}

func (s *Synchroteam) siteUndelete(c *call) reply {
	return s.restore(c, StreamSites, "SitesUnDeleted", "isUnDeleted")
}

func (s *Synchroteam) equipmentUndelete(c *call) reply {
	return s.restore(c, StreamEquipment, "EquipmentsUnDeleted", "isUnDeleted")
}

// recurrenceDelete answers with one object, not a list (reference: Delete a Recurrence).
func (s *Synchroteam) recurrenceDelete(c *call) reply {
	rows, bad := s.change(c, StreamRecurrences, false, func(t *table, i int) { t.remove(i, c.now.Unix()) }, "isDeleted")
	if bad != nil {
		return *bad
	}
	return ok(rows[0])
}

// recurrenceClose: reference, Close a Recurrence.
func (s *Synchroteam) recurrenceClose(c *call) reply {
	rows, bad := s.change(c, StreamRecurrences, false, func(t *table, i int) { t.touch(i, c.now.Unix()).closed = true }, "isClosed")
	if bad != nil {
		return *bad
	}
	return ok(rows[0])
}
