package budget

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAWindowThatOthersUsedBeforeIsNotOverrun: the answers of parallel requests
// come in any order, and none of them may seem to say that others spent less.
func TestAWindowThatOthersUsedBeforeIsNotOverrun(t *testing.T) {
	for _, k := range kinds {
		for spent := 8; spent <= 29; spent += 3 {
			t.Run(fmt.Sprintf("%s, %d of 30 spent", k, spent), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					time.Sleep(7300 * time.Millisecond)
					v := newVendor(k, 30, 40*time.Millisecond)
					v.jitter, v.wild = 5*time.Millisecond, 30*time.Millisecond
					v.spend(spent)
					c := newClient(t, usageFile(t), Config{Rate: minute120})
					defer c.close()
					done, err := c.run(context.Background(), v, 60, 16)
					require.NoError(t, err)
					assert.Equal(t, 60, done)
					assert.Zero(t, v.refusedRate)
				})
			})
		}
	}
}
