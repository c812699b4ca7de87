package apisink_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
	"ferry/load"
	"ferry/samples/vendorsim"
)

func TestSonarLives(t *testing.T) {
	b, sim := newSonar(t, vendorsim.SonarOptions{Options: quiet()}, nil)
	key, deeds := b.do(load.Write{Stream: "customers", Kind: stage.AttemptCreate, Source: "5",
		Fields: json.RawMessage(`{"phone_number":"+1 719 388 1967","email":"A@b.example","subscribed":false,"properties":{"Zone":"North","Old":"x"}}`)})
	assert.Equal(t, "Sonar has no call that deletes a customer", deeds.Final[0])
	now := b.now("customers", key)
	assert.Equal(t, `false`, field(t, now, "subscribed"))

	_, deeds = b.do(load.Write{Stream: "customers", Kind: stage.AttemptUpdate, Key: key, Now: now, Fields: json.RawMessage(`{"first_name":"Ann","properties":{"Zone":"South","Old":null}}`)})
	require.Len(t, deeds.List, 2)
	assert.Equal(t, "delete_property", deeds.List[0].Action)
	assert.JSONEq(t, `{"Zone":"South"}`, field(t, b.now("customers", key), "properties"))
	b.do(load.Write{Stream: "customers", Kind: stage.AttemptUpdate, Key: key, Now: now, Fields: json.RawMessage(`{"phone_number":"+17193881967","last_name":"B"}`)})
	refused := b.refused(load.Write{Stream: "customers", Kind: stage.AttemptUpdate, Key: key, Now: now, Fields: json.RawMessage(`{"phone_number":"+17193881968"}`)})
	assert.Equal(t, "phone_number", refused.Field)
	refused = b.refused(load.Write{Stream: "customers", Kind: stage.AttemptDelete, Key: key, Now: now})
	assert.Contains(t, refused.Reason, "no call that deletes")
	for _, stream := range []string{"messages", "campaigns", "webhooks"} {
		refused = b.refused(load.Write{Stream: stream, Kind: stage.AttemptCreate, Fields: json.RawMessage(`{"to":"+17193881967","text":"x","campaign_id":"17","name":"n","url":"https://x.example"}`)})
		assert.Contains(t, refused.Do, "target.effects")
	}
	assert.Empty(t, sim.Counters().Effects)
}

// A message to somebody who has unsubscribed is answered with a good status.
func TestSonarSaysUnsubscribed(t *testing.T) {
	b, sim := newSonar(t, vendorsim.SonarOptions{Options: quiet()}, effects("message"))
	b.create("customers", "5", `{"phone_number":"+17193881967","subscribed":false}`)
	b.create("customers", "6", `{"phone_number":"+17193881968"}`)
	w := load.Write{Stream: "messages", Kind: stage.AttemptCreate, Fields: json.RawMessage(`{"to":"+17193881967","text":"hello"}`)}
	r := b.send(b.deeds(w).List[0])
	assert.Equal(t, stage.AttemptRejected, r.State)
	assert.Contains(t, r.Message, "unsubscribed")
	w.Fields = json.RawMessage(`{"to":"+17193881968","text":"hello"}`)
	r = b.send(b.deeds(w).List[0])
	assert.Equal(t, stage.AttemptDone, r.State)
	assert.Equal(t, 1, sim.Counters().Effects[vendorsim.SonarEffectText])
}

func TestSonarWebhooks(t *testing.T) {
	for _, wrap := range []bool{false, true} {
		b, sim := newSonar(t, vendorsim.SonarOptions{Options: quiet(), WrapWebhooks: wrap}, effects("webhook"))
		key := b.create("webhooks", "1", `{"name":"n","url":"https://x.example","settings":{"outbound_message":"true"}}`)
		assert.Equal(t, `"n"`, field(t, b.now("webhooks", key), "name"))
		b.remove("webhooks", key)
		b.gone("webhooks", key)
		assert.Empty(t, sim.Counters().Effects)
	}
}
