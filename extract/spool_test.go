package extract

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
)

func openStage(t testing.TB) *stage.Stage {
	st, err := stage.Open(context.Background(), filepath.Join(t.TempDir(), "x.stage"), stage.Options{Job: "x"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	return st
}

func TestSpoolPutsFilesBesideTheStage(t *testing.T) {
	photo := bytes.Repeat([]byte{0, 1, 2, 253, 254, 255}, 50_000)
	text := base64.StdEncoding.EncodeToString(photo)
	sum := sha256.Sum256(photo)
	name := hex.EncodeToString(sum[:])
	reference := fmt.Sprintf(`{"sha256":%q,"bytes":%d}`, name, len(photo))
	escaped := strings.ReplaceAll(text, "/", `\/`)
	cases := []struct{ title, body, want string }{
		{"a text", `{"photos":[{"fileName":"a.png","imageData":"` + text + `"}]}`, `{"photos":[{"fileName":"a.png","imageData":` + reference + `}]}`},
		{"escaped slashes", `{"imageData" : "` + escaped + `"}`, `{"imageData" : ` + reference + `}`},
		{"a list of texts", `{"imageData":["` + text + `","` + text + `"],"x":"y"}`, `{"imageData":[` + reference + `,` + reference + `],"x":"y"}`},
		{"null", `{"imageData":null,"imageDat":"imageData","x":"y"}`, `{"imageData":null,"imageDat":"imageData","x":"y"}`},
		{"empty", `{"imageData":"","x":1}`, `{"imageData":"","x":1}`},
		{"the name as a value", `["imageData","abc"]`, `["imageData","abc"]`},
		{"quotes within texts", `{"comment":"\"imageData\": \"x\""}`, `{"comment":"\"imageData\": \"x\""}`},
	}
	for _, c := range cases {
		t.Run(c.title, func(t *testing.T) {
			st := openStage(t)
			out, err := spool(t.Context(), strings.NewReader(c.body), "imageData", st)
			require.NoError(t, err)
			assert.Equal(t, c.want, string(out))
			out, err = spool(t.Context(), iotest.OneByteReader(strings.NewReader(c.body)), "imageData", st)
			require.NoError(t, err)
			assert.Equal(t, c.want, string(out))
			if strings.Contains(c.want, name) {
				kept, err := os.ReadFile(filepath.Join(st.FilesDir(), name))
				require.NoError(t, err)
				assert.Equal(t, photo, kept)
			}
		})
	}
}

func TestSpoolLeavesNothingOfACutBody(t *testing.T) {
	st := openStage(t)
	for _, body := range []string{`{"imageData":"AAAA`, `{"imageData":"not base64 !"}`, `{"imageData":"AA\u0041A"}`, `{"a`} {
		_, err := spool(t.Context(), strings.NewReader(body), "imageData", st)
		require.Error(t, err, body)
	}
	left, err := os.ReadDir(st.FilesDir())
	if err == nil {
		assert.Empty(t, left)
	}
}

// FuzzSpool holds that a body without files is copied byte for byte.
func FuzzSpool(f *testing.F) {
	f.Add(`{"photos":[{"url":"x","imageData":null}]}`)
	f.Add(`{"imageDatas":"a\\\"b"}`)
	f.Fuzz(func(t *testing.T, body string) {
		if !json.Valid([]byte(body)) || strings.Contains(body, "imageData\"") || strings.Contains(body, `\`) {
			return // only bodies without the member are copied unchanged
		}
		out, err := spool(t.Context(), strings.NewReader(body), "imageData", nil)
		require.NoError(t, err)
		assert.Equal(t, body, string(out))
	})
}
