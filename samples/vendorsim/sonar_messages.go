package vendorsim

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// SonarText is one text that the account was asked to send, as tests look at it.
type SonarText struct {
	// ExternalID names it in webhook payloads; no answer of the API shows it.
	ExternalID string
	// To is the number with country code.
	To, Text, MediaURL, Campaign string
	Tags                         []string
	// At is the vendor's clock when it was asked for; SendAt is a campaign's later moment, zero for at once.
	At, SendAt time.Time
	// Sent tells that a person gets it. False: unsubscribed, or the same text again within 7 seconds.
	Sent bool
}

// Effects of a Sonar account in Counters.Effects.
const (
	SonarEffectText     = "text sent"
	SonarEffectCampaign = "campaign text sent"
	// SonarEffectSandbox counts what would have been sent: a sandbox reaches nobody.
	SonarEffectSandbox = "sandbox text"
)

// sonarEcho is how long the same text to the same customer is suppressed.
const sonarEcho = 7 * time.Second

// Texts returns all texts that were asked for, oldest first.
func (s *Sonar) Texts() []SonarText {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrive(s.Now())
	return slices.Clone(s.texts)
}

// messageSend asks for a text. An unknown number becomes a customer; a customer who opted out gets nothing, under 202.
func (s *Sonar) messageSend(c *call) reply {
	p := c.sent
	names := []string{"text", "to"}
	if p.text("media_url") != "" {
		names = names[1:]
	}
	if bad := p.lacks(names...); bad != "" {
		return s.fail(http.StatusBadRequest, bad)
	}
	text := SonarText{Text: p.text("text"), MediaURL: p.text("media_url"), At: c.now}
	if p.has("tag_names") {
		text.Tags = p.strings("tag_names")
	}
	key := sonarNumber(p.text("to"))
	switch {
	case p.bad != "":
		return s.fail(http.StatusBadRequest, p.bad)
	case key == "":
		return s.fail(http.StatusBadRequest, "Invalid Phone Number")
	}
	for _, tag := range text.Tags {
		if !slices.Contains(s.o.Tags, tag) {
			return s.fail(http.StatusBadRequest, "Tag Not Found: "+tag)
		}
	}
	i := s.customers.live(key)
	if i < 0 {
		i = s.keep(key, s.emptyCustomer(), c.now).idx
		s.acted(SonarCustomers, key, "create", p)
		s.happened("customer_created", s.customers.at(i), nil, c.now)
	}
	return s.post(c, i, text, text.Text)
}

// campaignSend asks for a campaign's text to one customer, now or later.
func (s *Sonar) campaignSend(c *call) reply {
	p := c.sent
	if bad := p.lacks("to", "campaign_id"); bad != "" {
		return s.fail(http.StatusBadRequest, bad)
	}
	id := p.text("campaign_id")
	words, known := s.o.Campaigns[id]
	key := sonarNumber(p.text("to"))
	text := SonarText{Text: words, Campaign: id, At: c.now}
	if at := p.time("send_at"); at != 0 {
		text.SendAt = time.Unix(at, 0).UTC()
	}
	i := s.customers.live(key)
	switch {
	case p.bad != "":
		return s.fail(http.StatusBadRequest, p.bad)
	case key == "":
		return s.fail(http.StatusBadRequest, "Invalid Phone Number")
	case !known:
		return s.missing("Campaign")
	case i < 0:
		return s.missing("Customer")
	}
	shown := words
	if s.o.Sandbox {
		shown = "sent"
	}
	return s.post(c, i, text, shown)
}

// post keeps a text, counts the effect where there is one, and answers.
func (s *Sonar) post(c *call, i int, text SonarText, shown string) reply {
	r := s.customers.at(i)
	text.To, text.ExternalID = r.key, s.externalID(len(s.texts))
	status := "queued"
	switch {
	case r.body.get("subscribed") != true:
		status = "unsubscribed"
	default:
		text.Sent = !s.repeated(&text)
	}
	if text.Sent {
		effect := SonarEffectText
		if text.Campaign != "" {
			effect = SonarEffectCampaign
		}
		if s.o.Sandbox {
			effect = SonarEffectSandbox
		}
		s.effect(effect, 1)
		s.happened("outbound_message", r, &text, text.At)
	}
	s.texts = append(s.texts, text)
	stream := "messages"
	if text.Campaign != "" {
		stream = "campaigns"
	}
	return s.done(c, stream, text.ExternalID, "create", http.StatusAccepted, object{{"to", s.phone(r.key)}, {"text", shown}, {"status", status}})
}

// repeated tells whether the same customer was sent the same text less than 7 seconds ago.
func (s *Sonar) repeated(text *SonarText) bool {
	for n := len(s.texts) - 1; n >= 0; n-- {
		old := &s.texts[n]
		if text.At.Sub(old.At) >= sonarEcho {
			return false
		}
		if old.Sent && old.To == text.To && old.Text == text.Text && old.MediaURL == text.MediaURL {
			return true
		}
	}
	return false
}

// externalID is the id of the n-th text.
func (s *Sonar) externalID(n int) string {
	return "SM" + strconv.FormatUint(mix(s.o.Seed^0x7e47)|1<<63, 16) + strconv.Itoa(n)
}

// messageTag appends a tag that exists to a text that went out.
func (s *Sonar) messageTag(c *call) reply {
	if bad := c.sent.lacks("external_id", "tag_name"); bad != "" {
		return s.fail(http.StatusBadRequest, bad)
	}
	tag, id := c.sent.text("tag_name"), c.sent.text("external_id")
	n := slices.IndexFunc(s.texts, func(t SonarText) bool { return t.ExternalID == id })
	switch {
	case n < 0:
		return s.missing("Message")
	case !slices.Contains(s.o.Tags, tag):
		return s.missing("Tag")
	}
	text := &s.texts[n]
	if !slices.Contains(text.Tags, tag) {
		text.Tags = append(slices.Clone(text.Tags), tag)
		if i := s.customers.find(text.To); i >= 0 {
			s.happened("tag_added_to_message", s.customers.at(i), text, c.now)
		}
	}
	return s.done(c, "messages", id, "tag", http.StatusCreated, object{{"success", true}})
}

// sonarStops are words that unsubscribe whoever sends one.
var sonarStops = []string{"stop", "unsubscribe", "end", "cancel", "quit"}

// Receive lets a customer text the account. A stop word unsubscribes; an unknown number becomes a customer. It reports
// whether the number is one.
func (s *Sonar) Receive(from, words string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.Now()
	s.arrive(now)
	key := sonarNumber(from)
	if key == "" {
		return false
	}
	i := s.customers.live(key)
	was := s.emptyCustomer()
	if i >= 0 {
		was = s.customers.at(i).body
	}
	body := was.clone()
	body.set("state", "open")
	if slices.Contains(sonarStops, strings.ToLower(strings.TrimSpace(words))) {
		subscribe(&body, false, now)
		body.set("stopped", true)
	}
	r := s.keep(key, body, now)
	if i < 0 {
		s.happened("customer_created", r, nil, now)
	}
	event := "new_unassigned_message"
	if body.text("assignee") != "" {
		event = "new_assigned_message"
	}
	s.happened(event, r, &SonarText{To: key, Text: words, ExternalID: s.externalID(1_000_000 + len(s.events)), At: now}, now)
	s.changed(r, was, now)
	return true
}
