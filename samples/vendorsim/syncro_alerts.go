package vendorsim

import (
	"net/http"
	"slices"
)

// alertSaved lets the comment that an alert carries in its properties out, under the rule of comments.
func (s *Syncro) alertSaved(c *call, r *record, _ bool) {
	more, _ := c.sent.fields["properties"].(map[string]any)
	if i := s.assets.live(itoa(assetOf(r))); i >= 0 {
		device := s.assets.headAt(i)
		r.body.set("computer_name", device.name)
	}
	if plainText(more["body"]) != "" && !truth(more["hidden"]) && !truth(more["do_not_email"]) && s.reachable(r) {
		s.effect(SyncroMailAlert)
	}
	if plainText(more["sms_body"]) != "" && s.hasMobile(r.customer) {
		s.effect(SyncroSMS)
	}
}

func assetOf(r *record) int64 {
	id, _ := r.body.get("asset_id").(int64)
	return id
}

// alertResolve is what DELETE does: the alert stays, resolved. The answer's success is a text.
func (s *Syncro) alertResolve(c *call) reply {
	i := s.alerts.live(c.id(0))
	if i < 0 {
		return notFound(c)
	}
	r := s.changed(s.alerts, i, c)
	r.body.set("resolved", true)
	s.reindex(s.alerts, r)
	return s.done(c, object{{"success", "true"}})
}

// muteSpans are what mute_for takes.
var muteSpans = []string{"1-hour", "1-day", "2-days", "1-week", "2-weeks", "1-month", "forever"}

func (s *Syncro) alertMute(c *call) reply {
	if s.alerts.live(c.id(0)) < 0 {
		return notFound(c)
	}
	span := c.query().Get("mute_for")
	if span == "" {
		span = plainText(c.sent.fields["mute_for"])
	}
	if !slices.Contains(muteSpans, span) {
		return syncroJSON(http.StatusUnprocessableEntity, object{{"errors", object{{"mute_for", []string{"is not included in the list"}}}}})
	}
	return s.done(c, object{{"success", "true"}})
}
