package vendorsim

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// sonarEvents are what a webhook may listen to. The last one's key is in no source; its counterpart's is.
var sonarEvents = []string{
	"new_assigned_message", "new_unassigned_message", "outbound_message", "customer_created", "customer_state_changed",
	"customer_subscribed", "customer_unsubscribed", "user_assignment", "tag_added_to_message", "tag_removed_from_message",
}

// SonarEvent is one delivery that the vendor would make: POST Body to URL, again after 10 s, 30 s, 3 min and 30 min until
// an answer is 2xx. The simulator calls nobody; a test does.
type SonarEvent struct {
	URL  string
	Body []byte
	At   time.Time
}

// Events returns the deliveries so far, oldest first.
func (s *Sonar) Events() []SonarEvent {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrive(s.Now())
	return slices.Clone(s.events)
}

// firstHooks are the webhooks from the seed.
func (s *Sonar) firstHooks() {
	made := s.m.epoch.Add(-48 * time.Hour)
	for n := range s.o.Webhooks {
		settings := object{{sonarEvents[n%len(sonarEvents)], "true"}, {"outbound_message", "false"}}
		if n%len(sonarEvents) == 2 {
			settings = settings[:1]
		}
		s.addHook("Hook "+strconv.Itoa(n+1), "https://hooks.invalid/"+strconv.Itoa(n+1), n%4 != 3, settings, made.Add(time.Duration(n)*time.Second))
	}
}

func (s *Sonar) addHook(name, url string, active bool, settings object, now time.Time) object {
	s.lastHook++
	at := sonarTime(now)
	hook := object{
		{"id", 4100 + s.lastHook}, {"name", name}, {"active", active}, {"settings", settings}, {"url", url},
		{"http_method", http.MethodPost}, {"payload", nil}, {"created_at", at}, {"updated_at", at},
	}
	s.hooks.put(&s.recent, append(slices.Clone(s.hooks.all), hook))
	return hook
}

func (s *Sonar) webhookList(c *call) reply {
	hooks := slices.Clone(s.hooks.listed(&s.recent))
	if hooks = c.fault.spoilRows(hooks, nil); s.o.WrapWebhooks {
		return s.json(http.StatusOK, object{{"webhooks", hooks}})
	}
	if hooks == nil {
		hooks = []object{}
	}
	return s.json(http.StatusOK, hooks)
}

// webhookCreate takes the wrapper webhook; its flags are text, "true" or "false".
func (s *Sonar) webhookCreate(c *call) reply {
	sent := c.sent.object("webhook")
	if sent == nil {
		return s.fail(http.StatusBadRequest, "webhook is missing")
	}
	if bad := sent.lacks("name", "url"); bad != "" {
		return s.fail(http.StatusBadRequest, bad)
	}
	active := true
	if sent.has("active") {
		var fine bool
		if active, fine = sonarFlag(sent.fields["active"]); !fine {
			sent.wrong("active is invalid")
		}
	}
	if verb := sent.text("http_method"); verb != "" && verb != http.MethodPost {
		sent.wrong("http_method does not have a valid value")
	}
	settings := object{}
	if flags := sent.object("settings"); flags != nil {
		for _, event := range sonarEvents {
			if v, given := flags.fields[event]; given {
				text, is := v.(string)
				if !is || text != "true" && text != "false" {
					sent.wrong("settings is invalid")
				}
				settings.set(event, text)
			}
		}
		if len(settings) < len(flags.fields) {
			sent.wrong("settings is invalid")
		}
	}
	name, url := sent.text("name"), sent.text("url")
	if sent.bad != "" {
		return s.fail(http.StatusBadRequest, sent.bad)
	}
	hook := s.addHook(name, url, active, settings, c.now)
	return s.done(c, "webhooks", itoa(hook.get("id").(int64)), "create", http.StatusCreated, hook)
}

func (s *Sonar) webhookDelete(c *call) reply {
	id := c.r.URL.Path[strings.LastIndexByte(strings.TrimSuffix(c.r.URL.Path, "/"), '/')+1:]
	n := slices.IndexFunc(s.hooks.all, func(h object) bool { return string(appendJSON(nil, h.get("id"))) == strings.TrimSuffix(id, "/") })
	if n < 0 {
		return s.missing("Webhook")
	}
	s.hooks.put(&s.recent, slices.Delete(slices.Clone(s.hooks.all), n, n+1))
	return s.done(c, "webhooks", strings.TrimSuffix(id, "/"), "delete", http.StatusOK, object{{"success", true}})
}

// happened makes the deliveries of one event to the webhooks that listen to it; text is nil where there is none.
func (s *Sonar) happened(event string, r *record, text *SonarText, now time.Time) {
	for _, hook := range s.hooks.all {
		settings, _ := hook.get("settings").(object)
		if hook.get("active") != true || settings.text(event) != "true" {
			continue
		}
		n := len(s.events)
		o := object{{"uuid", strconv.FormatUint(mix(s.o.Seed^uint64(n)^0x40c4)|1<<63, 16)}, {"action", event}, {"message_id", nil},
			{"external_id", nil}, {"text", nil}, {"from_name", nil}, {"to_name", nil}, {"link", nil}}
		if text != nil {
			o.set("message_id", 880000+n)
			o.set("external_id", text.ExternalID)
			o.set("text", text.Text)
		}
		o = append(o, member{"customer", object{
			{"first_name", r.body.get("first_name")}, {"last_name", r.body.get("last_name")}, {"phone_number", s.phone(r.key)},
		}}, member{"user", nil})
		if who := sonarAgentOf(r.body.text("assignee")); who != nil {
			o.set("user", who.object())
		}
		s.effect(EffectWebhook, 1)
		s.events = append(s.events, SonarEvent{URL: hook.text("url"), Body: appendJSON(nil, o), At: now})
	}
}
