package transform

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
)

// benchRecords is how many customers the benchmarks stage: 20,000, or as many as
// FERRY_BENCH_RECORDS says.
func benchRecords() int {
	if n, err := strconv.Atoi(os.Getenv("FERRY_BENCH_RECORDS")); err == nil {
		return n
	}
	return 20_000
}

var benchWords = strings.Fields("alpha brique chêne dépôt électricité façade garage hôpital îlot jardin kiosque lycée mairie nord ouest parc quai rue sud tour")

// customer is one customer of about 976 bytes; version tells its states apart.
func customer(id, version int) row {
	rnd := rand.New(rand.NewPCG(uint64(id), uint64(version)))
	pick := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteString(benchWords[rnd.IntN(len(benchWords))])
			b.WriteByte(' ')
		}
		return b.String()
	}
	raw := fmt.Sprintf(`{"id":%d,"myId":"C-%06d","name":"%s","address":"%d %s","addressZIP":"%05d","addressCity":"%s","contactPhone":"+33%09d","contactEmail":"c%d@example.com",`+
		`"publicLink":"https://example.com/%016x%016x","dateCreated":"2024-%02d-%02d %02d:%02d","customFieldValues":[{"id":%d,"label":"Zone","value":"%s"},{"id":%d,"label":"Contrat","value":"%s"}],`+
		`"position":{"latitude":"%f","longitude":"%f"},"tags":["%s","%s"],"isActive":true,"balance":%f,"notes":"%s"}`,
		id, id, pick(3), rnd.IntN(200), pick(4), rnd.IntN(99999), pick(2), rnd.IntN(999999999), id,
		rnd.Uint64(), rnd.Uint64(), 1+rnd.IntN(12), 1+rnd.IntN(28), rnd.IntN(24), rnd.IntN(60),
		rnd.IntN(1000), pick(2), rnd.IntN(1000), pick(2), rnd.Float64()*90, rnd.Float64()*180, pick(1), pick(1), rnd.Float64()*1e4, pick(28))
	return row{strconv.Itoa(id), raw}
}

// stageCustomers stages n customers, a page of 100 after the other.
func stageCustomers(tb testing.TB, s *stage.Stage, n int) *stager {
	p := newStager(tb, s, "customer")
	for from := 0; from < n; from += 100 {
		rows := make([]row, 0, 100)
		for i := from; i < min(from+100, n); i++ {
			rows = append(rows, customer(1_000_000+i, 0))
		}
		p.put(rows...)
	}
	return p
}

// BenchmarkRun maps staged customers by a mapping of 20 fields, 5 of them
// expressions, and by the same in hand-written Go; then again with one field
// changed, with nothing changed, and with 1 % of the records changed.
func BenchmarkRun(b *testing.B) {
	n := benchRecords()
	rules := compiled(b, "testdata/customers.yaml")[0]
	path := os.Getenv("FERRY_BENCH_STAGE") // kept, and used again where it is there: memory is then that of the mapping alone
	if path == "" {
		path = filepath.Join(b.TempDir(), "bench.stage")
	}
	s := openAt(b, path)
	var p *stager
	if live, err := s.LiveCount(context.Background(), testAccount, "customer"); err == nil && live == n {
		p = newStager(b, s, "customer")
	} else {
		p = stageCustomers(b, s, n)
	}
	anew := int(time.Now().UnixNano())
	again := func(r Rules) Rules { // another hash: everything is mapped again
		anew++
		r.Hash = xxhash.Sum64String(strconv.Itoa(anew))
		return r
	}
	measure := func(name string, prepare func(), next func() Rules) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				if prepare != nil {
					prepare()
				}
				r := next()
				runtime.GC()
				b.StartTimer()
				_, err := Run(context.Background(), Config{Stage: s, Account: account, Rules: []Rules{r}})
				require.NoError(b, err)
			}
			b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "records/s")
		})
	}
	measure("by hand", nil, func() Rules { return again(handwritten()) })
	measure("mapping", nil, func() Rules { return again(rules) })
	last := again(rules)
	_, err := Run(context.Background(), Config{Stage: s, Account: account, Rules: []Rules{last}})
	require.NoError(b, err)
	version := anew % 1_000_000 // other than in an earlier process
	changed := oneFieldChanged(b)
	measure("one field changed", func() {
		_, err := Run(context.Background(), Config{Stage: s, Account: account, Rules: []Rules{last}})
		require.NoError(b, err)
	}, func() Rules { return changed })
	_, err = Run(context.Background(), Config{Stage: s, Account: account, Rules: []Rules{last}})
	require.NoError(b, err)
	measure("nothing changed", nil, func() Rules { return last })
	measure("1 % changed", func() {
		version++
		var rows []row
		for i := range n / 100 {
			rows = append(rows, customer(1_000_000+(i*100+i*37%100+version)%n, version))
		}
		for len(rows) > 0 {
			k := min(100, len(rows))
			p.put(rows[:k]...)
			rows = rows[k:]
		}
	}, func() Rules { return last })
}

// oneFieldChanged is the benchmark's mapping with another rule for one field.
func oneFieldChanged(b *testing.B) Rules {
	text, err := os.ReadFile("testdata/customers.yaml")
	require.NoError(b, err)
	other := strings.Replace(string(text), "name: trim(name)", "name: upper(name)", 1)
	require.NotEqual(b, string(text), other)
	path := filepath.Join(b.TempDir(), "customers.yaml")
	require.NoError(b, os.WriteFile(path, []byte(other), 0o600))
	return compiled(b, path)[0]
}

func TestHandWrittenGoMapsTheSame(t *testing.T) {
	mine, other := handwritten().Mapper(), compiled(t, "testdata/customers.yaml")[0].Mapper()
	for id := range 300 {
		r := customer(id, id%3)
		var a, b Outcome
		in := &Input{Base: Part{Key: "1", Raw: []byte(r.raw)}}
		mine.Map(in, &a)
		other.Map(in, &b)
		require.Equal(t, stage.BinMapped, b.Bin, b.Letter.Reason)
		require.Equal(t, string(a.JSON), string(b.JSON))
	}
}
