package apisink_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/apisink"
	"ferry/samples/vendorsim"
)

// people are deeds that create so many users.
func (b *bench) people(n int) []load.Deed {
	var out []load.Deed
	for i := range n {
		d := b.deeds(load.Write{Stream: "users", Kind: stage.AttemptCreate, Source: record.Key(fmt.Sprint(i)),
			Fields: json.RawMessage(fmt.Sprintf(`{"email":"Person%d@new.example","name":"Person %d","attributes":{"n":"%d"}}`, i, i, i))}).List
		require.Len(b.t, d, 1)
		require.Equal(b.t, 50, d[0].Batch)
		out = append(out, d...)
	}
	return out
}

func TestCustomerlyBatches(t *testing.T) {
	for name, notAdded := range map[string]bool{"errors": false, "not_added": true} {
		t.Run(name, func(t *testing.T) {
			b, sim := newCustomerly(t, vendorsim.CustomerlyOptions{Options: quiet(), NotAdded: notAdded, Reject: func(email string) string {
				if strings.HasPrefix(email, "Person3@") || strings.HasPrefix(email, "Person7@") {
					return "email is on the list of " + email
				}
				return ""
			}}, nil)
			before := len(sim.Live("users"))
			deeds := b.people(20)
			results, err := b.target.Send(context.Background(), deeds)
			require.NoError(t, err)
			for i, r := range results {
				if i == 3 || i == 7 {
					assert.Equal(t, stage.AttemptRejected, r.State)
					assert.NotContains(t, r.Message, "@", "what we sent is not repeated")
					continue
				}
				assert.Equal(t, stage.AttemptDone, r.State, r.Message)
				assert.NotEmpty(t, r.Key)
				assert.Equal(t, fmt.Sprintf("%q", fmt.Sprintf("Person %d", i)), field(t, r.Back, "name"))
			}
			assert.Len(t, sim.Live("users"), before+18)
			assert.Equal(t, 1, sim.Counters().ByPath["POST users"])
		})
	}
}

func TestCustomerlyLives(t *testing.T) {
	b, sim := newCustomerly(t, vendorsim.CustomerlyOptions{Options: quiet()}, nil)
	key, deeds := b.do(load.Write{Stream: "users", Kind: stage.AttemptCreate, Source: "5", Fields: json.RawMessage(`{"email":"a@b.example","name":"Ann","tags":["vip"]}`),
		Reach: map[string]string{"unsubscribe": "true"}})
	require.Len(t, deeds.List, 2)
	assert.Equal(t, "unsubscribe", deeds.List[1].Action)
	assert.Len(t, deeds.Final, 1)
	found, asked, err := b.target.Find(t.Context(), "users", json.RawMessage(`{"user_id":"acme 5"}`))
	require.NoError(t, err)
	require.True(t, asked)
	require.Len(t, found, 1)
	assert.Equal(t, key, found[0].Key)
	assert.Equal(t, `1`, field(t, found[0].Record, "unsubscribe"))
	none := b.deeds(load.Write{Stream: "users", Kind: stage.AttemptCreate, Source: "6", Fields: json.RawMessage(`{"email":"c@b.example"}`), Reach: map[string]string{"unsubscribe": "false"}})
	assert.Len(t, none.List, 1, "a new user is subscribed")

	_, _, err = b.target.Read(t.Context(), "users", key)
	require.ErrorIs(t, err, load.ErrNoRead, "its own id cannot be asked for")

	now := found[0].Record
	b.do(load.Write{Stream: "users", Kind: stage.AttemptUpdate, Key: key, Now: now, Fields: json.RawMessage(`{"name":"Anna"}`)})
	refused := b.refused(load.Write{Stream: "users", Kind: stage.AttemptUpdate, Key: key, Now: now, Fields: json.RawMessage(`{"email":"new@b.example"}`)})
	assert.Equal(t, "email", refused.Field, "it would make another user")
	b.do(load.Write{Stream: "users", Kind: stage.AttemptDelete, Key: key, Now: now})
	found, _, err = b.target.Find(t.Context(), "users", json.RawMessage(`{"email":"a@b.example"}`))
	require.NoError(t, err)
	assert.Empty(t, found)

	lead := b.create("leads", "8", `{"email":"lead@b.example"}`)
	assert.NotEmpty(t, lead)
	b.do(load.Write{Stream: "tags", Kind: stage.AttemptCreate, Fields: json.RawMessage(`{"tag":"T","leads":[{"email":"lead@b.example"}]}`)})
	b.remove("tags", "T")
	b.gone("tags", "T")
	refused = b.refused(load.Write{Stream: "messages", Kind: stage.AttemptCreate, Fields: json.RawMessage(`{"from":{"type":"admin"},"to":{"type":"user"},"content":"x"}`)})
	assert.Contains(t, refused.Do, "message")
	assert.Empty(t, sim.Counters().Effects)
}

// A record that was staged is read by the fields it was staged with.
func TestCustomerlyReadsWhatIsKnown(t *testing.T) {
	staged := map[record.Key][]byte{}
	b, sim := newCustomerly(t, vendorsim.CustomerlyOptions{Options: quiet()}, func(o *apisink.Options) {
		o.Known = func(_ context.Context, _ string, key record.Key) ([]byte, bool, error) {
			return staged[key], staged[key] != nil, nil
		}
	})
	key := b.create("users", "5", `{"email":"a@b.example","name":"Ann"}`)
	_, _, err := b.target.Read(t.Context(), "users", key)
	require.ErrorIs(t, err, load.ErrNoRead)
	staged[key] = []byte(`{"email":"a@b.example"}`)
	assert.Equal(t, `"Ann"`, field(t, b.now("users", key), "name"))
	require.True(t, sim.Delete("users", string(key)))
	b.gone("users", key)
}
