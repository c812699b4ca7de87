package api_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"ferry/extract/api"
	"ferry/extract/connector"
)

// BenchmarkPage reads pages of 100 records over loopback, 16 at a time, beside
// a bare http.Client on the same server.
func BenchmarkPage(b *testing.B) {
	body := bigPage()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	}))
	defer server.Close()
	stream := &connector.Stream{Name: "customer", Key: []string{"id"}, List: synchroteamList()}
	b.Run("client", func(b *testing.B) {
		c := newClient(b, plainSpec(), nil, func(o *api.Options) { o.BaseURL = server.URL })
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		b.SetParallelism(8)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				_, _, err := c.Page(context.Background(), stream, api.PageArgs{Number: 1})
				require.NoError(b, err)
			}
		})
	})
	b.Run("bare", func(b *testing.B) {
		t := &http.Transport{MaxIdleConnsPerHost: 16, DisableCompression: true}
		defer t.CloseIdleConnections()
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		b.SetParallelism(8)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				req, err := http.NewRequest(http.MethodGet, server.URL, nil)
				require.NoError(b, err)
				resp, err := t.RoundTrip(req)
				require.NoError(b, err)
				buf := make([]byte, len(body)+512)
				n := 0
				for err == nil {
					var k int
					k, err = resp.Body.Read(buf[n:])
					n += k
				}
				resp.Body.Close()
				_, err = api.SplitPage(buf[:n], stream.List)
				require.NoError(b, err)
			}
		})
	})
}
