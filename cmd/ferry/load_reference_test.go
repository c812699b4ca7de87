package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/load"
)

func TestAFieldCarriesTheKeyInItsFirstLine(t *testing.T) {
	for text, want := range map[string]bool{
		`"123"`: true, `"Synchroteam 123"`: true, `"Synchroteam site 123\nCustom ID: 7"`: true,
		`"syncro-123"`: true, `"syncro-contact-123"`: true, `"v2-123"`: false, `"45-123"`: false,
		`"Custom ID: 7\nSynchroteam 123"`: false, `"Synchroteam 1234"`: false, `"x123"`: false, `123`: false, `null`: false, ``: false,
	} {
		assert.Equal(t, want, carries(json.RawMessage(text), "123"), text)
	}
}

// TestTheVendorsOwnReferenceComesFirst: and what the target never shows cannot
// carry anything back.
func TestTheVendorsOwnReferenceComesFirst(t *testing.T) {
	spec, err := connector.Load("synchroteam")
	require.NoError(t, err)
	st, err := spec.Stream("customer")
	require.NoError(t, err)
	text := func(name string) load.Field { return load.Field{Path: []string{name}, Kind: record.String} }
	r := &load.Rules{Fields: []load.Field{text("name"), text("myId"), text("neverShown"),
		{Path: []string{"contactEmail"}, Kind: record.String, Refs: "other"}, {Path: []string{"custom", "Zone"}, Custom: true, Kind: record.String}}}
	assert.Equal(t, []string{"myId", "name"}, referencePaths(st, r))
}
