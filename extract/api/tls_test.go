package api_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/api"
)

// insecure is what New must refuse.
func insecure() *tls.Config { return &tls.Config{InsecureSkipVerify: true} } //nolint:gosec // refused

// quiet swallows what a server says of failed handshakes.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

func TestHTTP2(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		answer(w, fmt.Sprintf(`{"major":%d,"length":%d,"body":%d,"sound":%v}`, r.ProtoMajor, r.ContentLength, len(body), err == nil))
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	c := newClient(t, plainSpec(), server.Client().Transport, func(o *api.Options) { o.BaseURL = server.URL })
	for range 3 {
		a, err := c.Do(context.Background(), get("thing"))
		require.NoError(t, err)
		assert.Equal(t, `{"major":2,"length":0,"body":0,"sound":true}`, string(a.Body))
	}
}
