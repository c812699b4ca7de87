package connector

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"reflect"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const pass = "hunter2-hunter2"

// login holds secrets in every way a struct can.
type login struct {
	Open    Secret
	hidden  Secret
	Pointer *Secret
	List    []Secret
	Any     any
	Values  Values
}

func newLogin() login {
	s := NewSecret(pass)
	return login{Open: s, hidden: s, Pointer: &s, List: []Secret{s}, Any: s, Values: Values{"token": s}}
}

func TestSecretIsNotPrintedByAnyVerb(t *testing.T) {
	l := newLogin()
	hexed, upper := fmt.Sprintf("%x", pass), fmt.Sprintf("%X", pass)
	for verb := rune('!'); verb <= '~'; verb++ {
		for _, flags := range []string{"", "+", "#", "-", " ", "0", "20", ".3", "+#"} {
			format := "%" + flags + string(verb)
			for _, value := range []any{l, &l, l.Open, l.Pointer, l.hidden, l.List, l.Values} {
				out := fmt.Sprintf(format, value)
				assert.NotContains(t, out, pass, format)
				assert.NotContains(t, out, pass[:3], format)
				assert.NotContains(t, out, hexed, format)
				assert.NotContains(t, out, upper, format)
			}
		}
	}
	assert.Equal(t, "[secret]", fmt.Sprint(l.Open))
	assert.Equal(t, "[secret]", fmt.Sprintf("%#v", l.Open))
	assert.Equal(t, pass, l.Open.Reveal())
	assert.NotContains(t, fmt.Errorf("refused: %v", l.Open).Error(), pass)
}

func TestSecretIsNotEncoded(t *testing.T) {
	l := newLogin()
	out, err := json.Marshal(l)
	require.NoError(t, err)
	assert.NotContains(t, string(out), pass)
	assert.Contains(t, string(out), `"Open":"[secret]"`)
	out, err = yaml.Marshal(l)
	require.NoError(t, err)
	assert.NotContains(t, string(out), pass)
	out, err = xml.Marshal(l.Open)
	require.NoError(t, err)
	assert.NotContains(t, string(out), pass)
	require.Error(t, gob.NewEncoder(&bytes.Buffer{}).Encode(struct{ Open Secret }{l.Open}))

	var log bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(h).Info("x", "secret", l.Open, "login", l, "values", l.Values)
	}
	assert.NotContains(t, log.String(), pass)
}

func TestSecretIsNotCompared(t *testing.T) {
	assert.False(t, reflect.TypeFor[Secret]().Comparable())
	assert.False(t, reflect.DeepEqual(NewSecret(pass), NewSecret(pass)))
	assert.True(t, Secret{}.Empty())
	assert.Empty(t, Secret{}.Reveal())
}
