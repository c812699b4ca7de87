package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAnswerShown(t *testing.T) {
	tests := []struct{ name, back, sent, want string }{
		{"what was sent and what names it", `{"id":7,"name":"Ann","number":"C-7","created_at":"2026-01-01","tickets":[1,2]}`, `{"name":"Ann"}`,
			`{"id":7,"name":"Ann","number":"C-7"}`},
		{"what did not come back", `{"id":7,"name":"Ann"}`, `{"name":"Ann","secret_note":"x"}`, `{"id":7,"name":"Ann"}`},
		{"members of objects", `{"id":7,"properties":{"Zone":"N","Gate":"4"},"address":{"city":"X","zip":"1"}}`, `{"properties":{"Zone":"N"},"address":null}`,
			`{"address":{"city":"X","zip":"1"},"id":7,"properties":{"Zone":"N"}}`},
		{"no object came back", `[1,2]`, `{"name":"Ann"}`, `[1,2]`},
		{"nothing of it", `{"state":"queued"}`, `{"name":"Ann"}`, `{}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.JSONEq(t, tt.want, string(answerShown([]byte(tt.back), []byte(tt.sent))))
		})
	}
	long := `{"id":1,"name":"Ann","log":"` + strings.Repeat("x", 10_000) + `"}`
	assert.Less(t, len(answerShown([]byte(long), []byte(`{"name":"Ann"}`))), 40)
}
