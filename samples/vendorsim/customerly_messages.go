package vendorsim

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// CustomerlyMessage is one message that went out.
type CustomerlyMessage struct {
	// From and To are addresses; FromAdmin and ToAdmin tell team-mates from users and leads.
	From, To           string
	FromAdmin, ToAdmin bool
	Content            string
	Attachments        []string
	At                 time.Time
}

// CustomerlyEffectMessage is the effect of a Customerly account in Counters.Effects: a person gets a message.
const CustomerlyEffectMessage = "message sent"

// Messages returns the messages that went out, oldest first. No call of the API reads them.
func (s *Customerly) Messages() []CustomerlyMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrive(s.Now())
	return slices.Clone(s.messages)
}

// messageSend sends a message that people see.
func (s *Customerly) messageSend(c *call) reply {
	p := c.sent
	m := CustomerlyMessage{Content: p.text("content"), At: c.now}
	if p.has("attachments") {
		m.Attachments = p.strings("attachments")
	}
	for _, end := range []struct {
		key   string
		email *string
		admin *bool
	}{{"from", &m.From, &m.FromAdmin}, {"to", &m.To, &m.ToAdmin}} {
		one := p.object(end.key)
		if p.bad != "" || one == nil {
			p.wrong("%s is required", end.key)
			break
		}
		kind, id, email := one.text("type"), one.text("id"), one.text("email")
		if kind != "user" && kind != "admin" {
			p.wrong("%s.type must be user or admin", end.key)
			break
		}
		var found bool
		if *end.admin = kind == "admin"; *end.admin {
			*end.email, found = admin(id, email)
		} else {
			*end.email, found = s.addressee(id, email)
		}
		if !found {
			return s.unknown(false)
		}
	}
	if strings.TrimSpace(m.Content) == "" {
		p.wrong("content is required")
	}
	if p.bad != "" {
		return s.wrong(p.bad)
	}
	s.messages = append(s.messages, m)
	s.effect(CustomerlyEffectMessage, 1)
	s.note("messages", strconv.Itoa(len(s.messages)), "create", p)
	return customerlyData(object{{"timestamp", c.now.Unix()}})
}

// admin finds a team-mate by account id or address.
func admin(id, email string) (address string, found bool) {
	for _, o := range customerlyAdmins {
		if id != "" && string(appendJSON(nil, o.get("account_id"))) == id || id == "" && strings.EqualFold(o.text("email"), email) {
			return o.text("email"), true
		}
	}
	return "", false
}

// addressee finds a user or lead by the internal id, the customer's own, or address. One without an address is reached in
// the chat, and named by the id.
func (s *Customerly) addressee(id, email string) (address string, found bool) {
	for _, q := range []*people{s.users, s.leads} {
		i := q.byEmail(email)
		if id != "" {
			if i = q.live(id); i < 0 {
				i = q.byUserID(id)
			}
		}
		if i >= 0 {
			h := q.headAt(i)
			if h.email == "" {
				return h.key, true
			}
			return h.email, true
		}
	}
	return "", false
}
