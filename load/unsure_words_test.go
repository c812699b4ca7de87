package load

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOneAnswerWasLost(t *testing.T) {
	assert.Equal(t, "1 answer was lost: the target is asked once everything written must be visible", lostWhy(1))
	assert.Equal(t, "2 answers were lost: the target is asked once everything written must be visible", lostWhy(2))
}
