package filesink

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// What refuses says must be what time.Parse does.
func TestRefusedTextIsRefusedByTimeToo(t *testing.T) {
	layouts := []string{"02/01/2006 15:04:05", "02/01/2006 15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04:05", "15:04", "2006-01-02", "02.01.2006 "}
	texts := []string{
		"", "2", "2019-01-02", "2019-01-02 03:04", "2019-01-02 3:04", "2019-01-02  03:04", "2019-01-02   3:04:05", "2019-01-02 03:04:05",
		"2019-01-02 03:04:05.678", "2019-01-02 03:04:05,6", "2019-01-02 03:04:05.", "2019-01-02 03:04:60", "2019-01-02 03:4", "2019-1-02 03:04",
		"02/01/2019 03:04", "02/01/2019 3:04:05", "2/01/2019 03:04", "02/01/2019 03:04:05 ", "02/01/2019", "02-01-2019 03:04", "31/02/2019 03:04",
		"2019-01-02T03:04:05", "2019-01-02t03:04:05", "03:04", "3:04", "003:04", "24:00", "02.01.2019", "02.01.2019 ", "02.01.2019  ", " 02.01.2019", "+019-01-02",
	}
	refused := 0
	for _, text := range layouts {
		l := compileLayout(text)
		for _, s := range texts {
			want, err := time.Parse(text, s)
			if l.refuses([]byte(s)) {
				refused++
				assert.Error(t, err, "%q by %q", s, text)
			}
			got, ok := l.read([]byte(s))
			assert.Equal(t, err == nil, ok, "%q by %q", s, text)
			if ok && err == nil && l.clock.hasDate {
				assert.Equal(t, want.UnixMicro(), got.wall, "%q by %q", s, text)
			}
		}
	}
	assert.Greater(t, refused, len(layouts)*len(texts)/2)
}
