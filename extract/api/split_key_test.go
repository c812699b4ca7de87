package api_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"ferry/extract/api"
)

func TestSplitKeyTakesBackWhatJoinKeyMade(t *testing.T) {
	for _, parts := range [][]string{{"12"}, {`a/b\\c`}, {"12", "7"}, {`a/b`, `c\d`, ""}, {`\`, `/`}, {"é", "/x/"}} {
		assert.Equal(t, parts, api.SplitKey(api.JoinKey(parts...), len(parts)), "%q", parts)
	}
}
