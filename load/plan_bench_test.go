package load

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// benchPlanRecords is how many records the benchmark has on each side: 10,000,
// or as many as FERRY_BENCH_RECORDS says.
func benchPlanRecords() int {
	if n, err := strconv.Atoi(os.Getenv("FERRY_BENCH_RECORDS")); err == nil {
		return n
	}
	return 10_000
}

// benchCustomer is customer i as a mapping makes it, and as Syncro has it. Of
// ten, one is not there and one has another address.
func benchCustomer(i int) (mapped, target string) {
	fields := func(address string) string {
		return fmt.Sprintf(`"business_name":"Électricité Façade %d GmbH","firstname":"Zoë","lastname":"Brique %d","email":"Customer%d@Example.com","phone":"1719%07d","mobile":"1720%07d",`+
			`"address":"%s","address_2":"Unit %d","city":"Boston","state":"MA","zip":"%05d","notes":"Custom ID: s%d\nFax: (717) 699-6335\nVAT number: FR%011d\nTags: vip, East",`+
			`"get_sms":false,"opt_out":true,"referred_by":"Synchroteam %d"`, i, i, i, i%9_999_999, i%9_999_999, address, i%90, i%99_999, i, i, i)
	}
	mapped = `{` + fields(fmt.Sprintf("%d Via Roma", i)) + `,"get_marketing":false,"properties":{"Zone":"North"}}`
	there := fmt.Sprintf("%d Via Roma", i)
	if i%10 == 1 {
		there = "1 Elsewhere"
	}
	target = fmt.Sprintf(`{"id":%d,%s,"fullname":"Zoë Brique %d","business_and_full_name":"Électricité Façade %d GmbH - Zoë Brique %d","created_at":"2024-01-02T03:04:05.000Z","updated_at":"2024-01-02T03:04:05.000Z",`+
		`"pdf_url":null,"latitude":42.1,"longitude":-71.05,"ref_customer_id":null,"tax_rate_id":null,"notification_email":"","invoice_cc_emails":"","invoice_term_id":null,"properties":{"Zone":"North","Size":"4"},`+
		`"disabled":false,"location_name":null,"online_profile_url":"https://example.com/my_profile/%016d","contacts":[]}`, 5_000_000+i, fields(there), i, i, i, i)
	return mapped, target
}

func benchRules() Rules {
	rules := Rules{Name: "customers", Source: "customer", Part: "customers", Target: "customers",
		Match: [][]string{{"business_name", "email"}, {"business_name", "zip"}, {"business_name", "phone"}}, Duplicates: HoldDuplicates}
	for _, name := range []string{"business_name", "firstname", "lastname", "email", "phone", "mobile", "address", "address_2", "city", "state", "zip", "notes", "get_sms", "opt_out", "get_marketing", "referred_by"} {
		f := field(name, record.String)
		switch name {
		case "notes", "get_sms", "opt_out", "get_marketing", "referred_by":
			f.Set = SetCreate
		}
		rules.Fields = append(rules.Fields, f)
	}
	return rules
}

// benchWorld has n mapped records and nine tenths of them in the target, there in
// another order: staged now, or found beside where FERRY_BENCH_STAGE says.
func benchWorld(b *testing.B, name string, n int) *world {
	path := filepath.Join(b.TempDir(), "plan.stage")
	if kept := os.Getenv("FERRY_BENCH_STAGE"); kept != "" {
		path = kept + "-" + name
	}
	s, err := stage.Open(context.Background(), path, stage.Options{Job: "load", Command: "bench"})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, s.Close()) })
	spec, err := connector.Load("syncro")
	require.NoError(b, err)
	w := &world{tb: b, s: s, cfg: Config{Stage: s, Source: planSource, Target: planTarget, Vendor: spec, Rules: []Rules{benchRules()}}}
	require.NoError(b, s.BindAccount(context.Background(), "source", planSource))
	require.NoError(b, s.BindAccount(context.Background(), "target", planTarget))
	if live, err := s.LiveCount(context.Background(), planSource.ID, "customer"); err == nil && live == n {
		return w
	}
	w.pages(planSource, "customer", n, 100, func(i int) (string, string) {
		mapped, _ := benchCustomer(i)
		return strconv.Itoa(1_000_000 + i), mapped
	})
	order := rand.New(rand.NewPCG(1, 2)).Perm(n)
	there := order[:0]
	for _, i := range order {
		if i%10 != 0 {
			there = append(there, i)
		}
	}
	// As many as there are mapped ones: the rest belongs to nobody.
	for i := range n - len(there) {
		there = append(there, n+1+i)
	}
	w.pages(planTarget, "customers", len(there), 100, func(i int) (string, string) {
		_, target := benchCustomer(there[i])
		return strconv.Itoa(5_000_000 + there[i]), target
	})
	w.mapped()
	return w
}

// BenchmarkPlan plans mapped records against as many of the target: the first
// time, when all are matched by their fields, and again with the crosswalk.
func BenchmarkPlan(b *testing.B) {
	n := benchPlanRecords()
	for _, name := range []string{"first", "linked"} {
		b.Run(name, func(b *testing.B) {
			w := benchWorld(b, name, n)
			if name == "linked" {
				w.link(0, benchLinks(n))
			}
			for b.Loop() {
				b.StopTimer()
				runtime.GC()
				b.StartTimer()
				p, err := MakePlan(context.Background(), w.cfg)
				require.NoError(b, err)
				sum, err := ReadSummary(p)
				require.NoError(b, err)
				require.Equal(b, []int{n / 10, n / 10, n - n/10 - n/10}, []int{sum.Of(stage.ActCreate), sum.Of(stage.ActUpdate), sum.Of(stage.ActUnchanged)}, sum.Entries)
			}
			b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

func benchLinks(n int) map[string]string {
	links := map[string]string{}
	for i := range n {
		if i%10 != 0 {
			links[strconv.Itoa(1_000_000+i)] = strconv.Itoa(5_000_000 + i)
		}
	}
	return links
}
