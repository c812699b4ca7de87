package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"ferry/extract/record"
)

func sampleFields() []record.Field {
	return []record.Field{
		{Name: "id", Kind: record.Integer},
		{Name: "name", Kind: record.String},
		{Name: "link", Kind: record.String, Secret: true},
		{Name: "zip", Kind: record.String},
		{Name: "when", Kind: record.DateTime, Layouts: []string{"02/01/2006 15:04"}},
		{Name: "customer", Kind: record.Object, Fields: []record.Field{{Name: "id", Kind: record.Integer}}},
		{Name: "parts", Kind: record.List, Of: &record.Field{Kind: record.Object, Fields: []record.Field{{Name: "n", Kind: record.Number}}}},
		{Name: "cf", Kind: record.Custom, Custom: record.CustomShape{Label: "label", Value: "value"}},
	}
}

func TestMisfitsNamePlacesNeverValues(t *testing.T) {
	misfits, unknown := misfitsOf(sampleFields(), []byte(
		`{"id":"x","name":7,"when":"31/12/2025 23:59","customer":{"id":{}},"parts":[{"n":"many"},{"n":true}],"zip":null,"new":1}`))
	assert.Equal(t, []string{"id should be integer but is text", "customer.id should be integer but is object",
		"parts[].n should be number but is text"}, misfits)
	assert.Equal(t, []string{"new"}, unknown)
	misfits, _ = misfitsOf(sampleFields(), []byte(`{"id":"12","when":"2025-12-31T10:00:00","customer":[]}`))
	assert.Equal(t, []string{"customer should be object but is list"}, misfits)
}

func TestSecretsAreMaskedInside(t *testing.T) {
	f := record.Field{Name: "o", Kind: record.Object, Fields: []record.Field{{Name: "s", Secret: true}}}
	assert.Equal(t, map[string]any{"s": "[secret]", "x": 1}, masked(f, map[string]any{"s": "abc", "x": 1}))
	l := record.Field{Name: "l", Kind: record.List, Of: &f}
	assert.Equal(t, []any{map[string]any{"s": "[secret]"}}, masked(l, []any{map[string]any{"s": "abc"}}))
}
