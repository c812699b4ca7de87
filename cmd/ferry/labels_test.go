package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// An account whose last custom field is gone is not one whose fields are unknown.
func TestLabelsThatAreAllGoneAreKnown(t *testing.T) {
	w := &labelWatch{now: map[string][]label{"client": {}}}
	assert.NotNil(t, w.labels("client"))
	assert.Empty(t, w.labels("client"))
	assert.Nil(t, w.labels("site"))
}
