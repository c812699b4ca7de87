package vendorsim

import (
	"net/http"
	"time"
)

// amend sets fields of a record as the vendor's own pages do.
func (s *Synchroteam) amend(t *table, i int, fields map[string]any, now time.Time) bool {
	h := t.headAt(i)
	fields["id"] = h.key
	send := map[string]func(*call) reply{
		StreamCustomers: s.customerSend, StreamSites: s.siteSend, StreamEquipment: s.equipmentSend, StreamJobs: s.jobSend,
		StreamActivities: s.activitySend,
	}[t.stream]
	return send != nil && send(&call{now: now, sent: &payload{fields: fields}}).status == http.StatusOK
}

// target names the records that a write is about: by its body, or by its query.
func (s *Synchroteam) target(c *call) []place {
	stream := streamOf(c.path)
	f, known := s.finders()[stream]
	if !known {
		return nil
	}
	var found []int
	if c.sent != nil {
		if i := f.known(&payload{fields: c.sent.fields}); i >= 0 {
			found = []int{i}
		}
	} else if name, value := f.asked(c.query()); name != "" {
		found = append(f.all(name, value, false), f.all(name, value, true)...)
	}
	var out []place
	for _, i := range found {
		h := f.t.headAt(i)
		out = append(out, place{stream, h.key})
	}
	return out
}

// invalid words a refusal (reference: 400 Bad Request).
func (s *Synchroteam) invalid(_ *call, message string) reply {
	return fail(http.StatusBadRequest, message)
}

// Photo returns the bytes of the n-th photo of a job, the first is 0: what its imageData holds, always the same. Nil where there
// is none.
func (s *Synchroteam) Photo(job string, n int) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.jobs.find(job)
	if i < 0 || n < 0 || n >= s.jobs.headAt(i).photos {
		return nil
	}
	return s.maker.image(i, n)
}

// Photos returns how many photos a job has.
func (s *Synchroteam) Photos(job string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.jobs.find(job)
	if i < 0 {
		return 0
	}
	return s.jobs.headAt(i).photos
}
