package api_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/api"
)

// Sending is told of every attempt that leaves, and of none that does not.
func TestSendingIsToldBeforeAnAttemptLeaves(t *testing.T) {
	s := play(says(503, `{}`, "Retry-After", "0"), says(200, `{}`))
	c := newClient(t, plainSpec(), s, nil)
	told := 0
	r := api.Request{Path: "thing", Label: "thing", Sending: func() {
		assert.Equal(t, told, s.count(), "before it leaves")
		told++
	}}
	_, err := c.Do(context.Background(), r)
	require.NoError(t, err)
	assert.Equal(t, 2, told)

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = c.Do(ctx, r)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 2, told)
}
