package budget

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The test binary started with this variable is a process on the usage file
// that it names; a second word says which.
const childVariable = "BUDGET_TEST_CHILD"

func TestMain(m *testing.M) {
	role, file, ok := strings.Cut(os.Getenv(childVariable), " ")
	if !ok {
		os.Exit(m.Run())
	}
	child := map[string]func(string) error{"hammer": hammer, "die": dieInFlight}[role]
	if err := child(file); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func startChild(t *testing.T, role, file string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), childVariable+"="+role+" "+file)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	return cmd, bufio.NewScanner(out)
}

// hammerLimit is what the hammering processes share.
var hammerLimit = Limit{40, time.Second}

// hammer takes as fast as it may for three seconds, and prints when each take
// was given.
func hammer(file string) error {
	l, err := Open(file)
	if err != nil {
		return err
	}
	defer l.Close()
	b, err := l.Budget(context.Background(), Config{Key: "k", Rate: hammerLimit})
	if err != nil {
		return err
	}
	defer b.Close()
	ctx, stop := context.WithTimeout(context.Background(), 3*time.Second)
	defer stop()
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for {
				t, err := b.Take(ctx)
				if err != nil {
					return
				}
				mu.Lock()
				fmt.Println(t.Seq, t.Sent.UnixMilli())
				mu.Unlock()
				if err := b.Answered(ctx, t, Answer{}); err != nil {
					panic(err)
				}
			}
		})
	}
	wg.Wait()
	return nil
}

// TestTwoRealProcesses hammer one file: in no second are more takes given than
// the limit, none twice, and the allowance is used.
func TestTwoRealProcesses(t *testing.T) {
	t.Parallel()
	file := usageFile(t)
	var mu sync.Mutex
	var sent []int64
	seen := map[int64]bool{}
	var wg sync.WaitGroup
	for range 2 {
		cmd, lines := startChild(t, "hammer", file)
		wg.Go(func() {
			n := 0
			for lines.Scan() {
				seq, at, _ := strings.Cut(lines.Text(), " ")
				s, err1 := strconv.ParseInt(seq, 10, 64)
				ms, err2 := strconv.ParseInt(at, 10, 64)
				mu.Lock()
				assert.NoError(t, err1)
				assert.NoError(t, err2)
				assert.False(t, seen[s], "take %d was given twice", s)
				seen[s] = true
				sent = append(sent, ms)
				mu.Unlock()
				n++
			}
			assert.NoError(t, cmd.Wait())
			assert.NotZero(t, n)
		})
	}
	wg.Wait()
	slices.Sort(sent)
	for i := range len(sent) - hammerLimit.Requests {
		span := sent[i+hammerLimit.Requests] - sent[i]
		require.GreaterOrEqual(t, span, int64(1000), "takes %d to %d", i, i+hammerLimit.Requests)
	}
	assert.GreaterOrEqual(t, len(sent), 2*hammerLimit.Requests)
	l, err := Open(file)
	require.NoError(t, err)
	defer l.Close()
	takes, aloft := taken(t, l)
	assert.Equal(t, len(sent), takes)
	assert.Zero(t, aloft)
}

// dieInFlight takes five requests and waits for its death.
func dieInFlight(file string) error {
	l, err := Open(file)
	if err != nil {
		return err
	}
	b, err := l.Budget(context.Background(), Config{Key: "k", Rate: minute120, Quota: tenThousand})
	if err != nil {
		return err
	}
	for range 5 {
		if _, err := b.Take(context.Background()); err != nil {
			return err
		}
	}
	fmt.Println("ready")
	select {}
}

// TestKilledBetweenTakeAndAnswer counts what the dead process took, waits for
// none of its answers, and believes the vendor again at the next.
func TestKilledBetweenTakeAndAnswer(t *testing.T) {
	t.Parallel()
	file := usageFile(t)
	c := newClient(t, file, Config{Key: "k", Rate: minute120, Quota: tenThousand})
	defer c.close()
	answer := func(remaining int) {
		ticket, err := c.Take(t.Context())
		require.NoError(t, err)
		require.NoError(t, c.Answered(t.Context(), ticket, Answer{
			Rate: Announced{Limit: 120, Remaining: 50 + remaining}, Quota: Announced{Limit: 100, Remaining: remaining},
		}))
	}
	answer(6)
	cmd, lines := startChild(t, "die", file)
	require.True(t, lines.Scan())
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())

	takes, aloft := taken(t, c.ledger)
	assert.Equal(t, 6, takes)
	assert.Equal(t, 5, aloft)
	second := newClient(t, file, Config{Key: "k", Rate: minute120, Quota: tenThousand})
	defer second.close()
	_, aloft = taken(t, c.ledger)
	assert.Zero(t, aloft, "a start notices the dead")
	s, err := c.State(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, s.Left)
	answer(5) // it had sent nothing yet
	s, err = c.State(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 5, s.Left)
}

// TestAnswersThatNeverCome hold others up for some minutes at most.
func TestAnswersThatNeverCome(t *testing.T) {
	t.Parallel()
	file := usageFile(t)
	synctest.Test(t, func(t *testing.T) {
		v := quotaVendor(8)
		c := newClient(t, file, Config{Rate: minute120, Quota: tenThousand})
		defer c.close()
		_, err := c.run(t.Context(), v, 3, 1)
		require.NoError(t, err)
		for range 5 {
			_, err := c.Take(t.Context())
			require.NoError(t, err)
		}
		began := time.Now()
		_, err = c.Take(t.Context())
		var spent *SpentError
		require.ErrorAs(t, err, &spent)
		assert.LessOrEqual(t, time.Since(began), 6*time.Minute)
	})
}

// TestVendorThatCountsLate is met with counting from the answers, after its
// first refusals, and for good.
func TestVendorThatCountsLate(t *testing.T) {
	t.Parallel()
	file := usageFile(t)
	synctest.Test(t, func(t *testing.T) {
		v := newVendor(sliding, 60, 20*time.Millisecond)
		v.mute, v.jitter = true, 9*time.Second // on the way there too
		run := func(pages int) int {
			c := newClient(t, file, Config{Rate: Limit{60, time.Minute}})
			defer c.close()
			before := v.refusedRate
			_, err := c.run(t.Context(), v, pages, 16)
			require.NoError(t, err)
			return v.refusedRate - before
		}
		first := run(300)
		assert.NotZero(t, first)
		assert.LessOrEqual(t, first, 16)
		assert.Zero(t, run(300))
	})
}
