package record

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestDaysInAgreesWithTheCalendar(t *testing.T) {
	for year := 1599; year <= 2401; year++ {
		for month := 1; month <= 12; month++ {
			last := time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC)
			assert.Equal(t, last.Day(), DaysIn(year, month), "%d-%d", year, month)
		}
	}
}
