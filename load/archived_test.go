package load

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"ferry/extract/connector"
	"ferry/extract/record"
)

func TestArchivedLooksAtFieldsThatTheSpecKnowsAlone(t *testing.T) {
	st := &connector.Stream{Fields: []record.Field{{Name: "disabled", Kind: record.Boolean}, {Name: "merged", Kind: record.String}}}
	archived := Archived(st)
	assert.True(t, archived(map[string]any{"disabled": true}))
	assert.True(t, archived(map[string]any{"disabled": "1"}))
	assert.False(t, archived(map[string]any{"disabled": false}))
	assert.False(t, archived(map[string]any{"merged": "true", "deleted": true}))
	assert.False(t, archived(map[string]any{"disabled": nil}))
}
