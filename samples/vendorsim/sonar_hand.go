package vendorsim

import (
	"net/http"
	"net/url"
	"time"
)

// amend sets fields of a customer as the vendor's own pages do.
func (s *Sonar) amend(t *table, i int, fields map[string]any, now time.Time) bool {
	h := t.headAt(i)
	fields["phone_number"] = h.key
	c := &call{r: &http.Request{Method: http.MethodPost, URL: &url.URL{}}, now: now, sent: &payload{fields: fields}}
	return s.customerUpsert(c).status < 300
}

// target names the customer that a write is about.
func (s *Sonar) target(c *call) []place {
	key := sonarNumber(plainText(c.sent.fields["phone_number"]))
	if key == "" {
		key = sonarNumber(plainText(c.sent.fields["to"]))
	}
	if key == "" {
		return nil
	}
	return []place{{SonarCustomers, key}}
}

func (s *Sonar) invalid(_ *call, message string) reply { return s.fail(http.StatusBadRequest, message) }
