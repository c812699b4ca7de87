package connector

import (
	"fmt"
	"io"
	"log/slog"
)

// hidden stands wherever a Secret would be written.
const hidden = "[secret]"

// Secret is text that does not get out by accident: no verb of fmt, no
// encoding and no logger writes it, and two secrets cannot be compared with
// ==. Only Reveal gives it. The zero value is empty.
type Secret struct {
	// A function keeps the text out of reach of everything that walks a value
	// by reflection, also where the Secret sits in an unexported field; and
	// functions cannot be compared.
	reveal func() string
}

// NewSecret keeps the text.
func NewSecret(text string) Secret { return Secret{reveal: func() string { return text }} }

// Reveal gives the text; what becomes of it is the caller's care.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// Empty tells whether there is no text.
func (s Secret) Empty() bool { return s.Reveal() == "" }

// Format writes a stand-in, whatever the verb.
func (s Secret) Format(w fmt.State, _ rune) { _, _ = io.WriteString(w, hidden) }

// String gives a stand-in.
func (s Secret) String() string { return hidden }

// LogValue gives a stand-in to slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText gives a stand-in to JSON, YAML, XML and whatever else asks.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// MarshalBinary refuses: a stand-in would be read back as the secret.
func (s Secret) MarshalBinary() ([]byte, error) {
	return nil, fmt.Errorf("a secret cannot be stored")
}

// GobEncode refuses, as MarshalBinary does.
func (s Secret) GobEncode() ([]byte, error) { return s.MarshalBinary() }
