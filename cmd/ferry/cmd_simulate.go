package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ferry/extract/connector"
	"ferry/extract/strictyaml"
	"ferry/samples/vendorsim"
)

// simulateOptions are the flags of `ferry simulate`.
type simulateOptions struct {
	Addr    string
	Seed    uint64
	Counts  map[string]int
	Plain   bool
	Rate    string
	Window  string
	Quota   int
	Latency time.Duration
	Faults  []string
	Drift   int
	Moves   []string

	IndexLag   time.Duration
	StaleReads time.Duration
	FetchDir   string
}

func (a *app) newSimulate() *cobra.Command {
	var o simulateOptions
	cmd := &cobra.Command{
		Use:   "simulate VENDOR",
		Short: "Run a simulated vendor on this machine",
		Long: `Serves a vendor in a box on loopback until Ctrl-C: every endpoint of the
reference, its limits, headers and error bodies, and invented data that is the
same for the same seed. Prints the base URL and the credentials for a job file.
Vendors: ` + strings.Join(simulatedVendors(), ", ") + `.

Faults are KIND or KIND=CHANCE, such as 500=0.05. Kinds:
` + wrapWords(faultNames(), 78),
		Example: `  ferry simulate synchroteam
  ferry simulate synchroteam --counts customers=50000 --rate 600/10s --quota -1
  ferry simulate syncro --counts customers=5000,tickets=20000
  ferry simulate synchroteam --fault 500=0.05 --fault cut=0.05 --drift 7
  ferry simulate syncro --index-lag 5s --fetch-dir ./public`,
		Args: takes("VENDOR"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.simulateRun(cmd.Context(), args[0], o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.Addr, "addr", "127.0.0.1:0", "loopback address to listen on; port 0 takes a free one")
	f.Uint64Var(&o.Seed, "seed", 0, "decides the data, the drift and the faults")
	f.StringToIntVar(&o.Counts, "counts", nil,
		"records, such as customers=1000,jobs=5000; a wrong name lists the vendor's own")
	f.BoolVar(&o.Plain, "plain", false, "no nasty values in the data")
	f.StringVar(&o.Rate, "rate", "", "rate limit, such as 120/min or 20/10s; none; the vendor's own if not given")
	f.StringVar(&o.Window, "window", "opened", "how the rate is counted: opened, aligned or sliding")
	f.IntVar(&o.Quota, "quota", 0, "requests a day; -1 no quota; 0 the vendor's own")
	f.DurationVar(&o.Latency, "latency", 20*time.Millisecond, "time an answer takes; negative none")
	f.StringArrayVar(&o.Faults, "fault", nil, "a bad mood: KIND or KIND=CHANCE; may be given several times")
	f.IntVar(&o.Drift, "drift", 0, "change the data every so many requests; 0 never")
	f.StringSliceVar(&o.Moves, "moves", []string{"inserts", "renames", "deletes"},
		"what drift does: inserts, renames, deletes, undeletes")
	f.DurationVar(&o.IndexLag, "index-lag", 0, "how long after a write lists and searches do not show it")
	f.DurationVar(&o.StaleReads, "stale-reads", 0, "how long after a write single reads show the record as it was")
	f.StringVar(&o.FetchDir, "fetch-dir", "", "syncro: folder that files to attach are fetched from, by the last part of their address")
	return cmd
}

func (a *app) simulateRun(ctx context.Context, vendor string, o simulateOptions) error {
	opts, err := o.build()
	if err != nil {
		return err
	}
	fetch, err := fetchFrom(vendor, o.FetchDir)
	if err != nil {
		return err
	}
	box, err := startFetching(vendor, o.Addr, opts, o.Counts, fetch)
	if err != nil {
		return err
	}
	a.screen.value("base_url  %s\n", box.BaseURL)
	for _, c := range box.Credentials {
		a.screen.value("%-9s %s\n", c.Name, c.Value)
	}
	event := map[string]any{"event": "listening", "base_url": box.BaseURL}
	for _, c := range box.Credentials {
		event[c.Name] = c.Value // invented, and known to everybody
	}
	a.screen.emit(event)
	a.screen.note("\nIn a job file:\n\n%s\nCtrl-C ends it.", box.snippet())
	<-ctx.Done()
	if err := box.Close(); err != nil {
		return failure(err, "")
	}
	c := box.Counters()
	a.screen.note("\n%s: %s answered, %s refused", plural(c.Requests, "request"), count(c.Accepted), count(c.RefusedRate+c.RefusedQuota))
	a.ending.Bins = map[string]int{"requests": c.Requests, "accepted": c.Accepted,
		"refused_rate": c.RefusedRate, "refused_quota": c.RefusedQuota}
	return nil
}

// build turns flags into the options of the simulator.
func (o simulateOptions) build() (vendorsim.Options, error) {
	opts := vendorsim.Options{
		Seed: o.Seed, Latency: o.Latency, Data: vendorsim.Data{Plain: o.Plain},
		Quota: vendorsim.Quota{Limit: o.Quota}, IndexLag: o.IndexLag, StaleReads: o.StaleReads,
	}
	if o.IndexLag < 0 || o.StaleReads < 0 {
		return opts, usageError("--index-lag and --stale-reads are times from 0 on", "write 5s, or leave it out")
	}
	if o.Latency == 0 {
		opts.Latency = -1
	}
	switch o.Rate {
	case "":
	case "none":
		opts.Rate.Limit = -1
	default:
		limit, err := connector.ParseLimit(o.Rate)
		if err != nil {
			return opts, usageError("--rate: "+err.Error(), "")
		}
		opts.Rate = vendorsim.Rate{Limit: limit.Requests, Window: limit.Per}
	}
	opts.Rate.Kind = vendorsim.WindowKind(o.Window)
	kinds := []string{string(vendorsim.OpenedByFirst), string(vendorsim.Aligned), string(vendorsim.Sliding)}
	if !slices.Contains(kinds, o.Window) {
		return opts, usageError(fmt.Sprintf("--window: unknown kind %q", o.Window), strictyaml.Suggest(o.Window, kinds))
	}
	for _, text := range o.Faults {
		fault, err := parseFault(text)
		if err != nil {
			return opts, err
		}
		opts.Faults = append(opts.Faults, fault)
	}
	opts.Drift.Every = o.Drift
	moves := map[string]*bool{"inserts": &opts.Drift.Inserts, "renames": &opts.Drift.Renames,
		"deletes": &opts.Drift.Deletes, "undeletes": &opts.Drift.Undeletes}
	for _, m := range o.Moves {
		if moves[m] == nil {
			return opts, usageError(fmt.Sprintf("--moves: unknown %q", m), "known: inserts, renames, deletes, undeletes")
		}
		*moves[m] = true
	}
	return opts, nil
}

func parseFault(text string) (vendorsim.Fault, error) {
	kind, chance, given := strings.Cut(text, "=")
	f := vendorsim.Fault{Kind: vendorsim.FaultKind(kind), Chance: 1}
	if !slices.Contains(faultNames(), kind) {
		return f, usageError(fmt.Sprintf("--fault: unknown kind %q", kind), strictyaml.Suggest(kind, faultNames()))
	}
	if !given {
		return f, nil
	}
	c, err := strconv.ParseFloat(chance, 64)
	if err != nil || !(c >= 0 && c <= 1) {
		return f, usageError(fmt.Sprintf("--fault: %q is no chance", chance), "write a number from 0 to 1, such as 500=0.05")
	}
	f.Chance = c
	return f, nil
}

func faultNames() []string {
	var names []string
	for _, k := range slices.Concat(vendorsim.FaultKinds(), vendorsim.WriteFaultKinds()) {
		names = append(names, string(k))
	}
	return names
}

// wrapWords sets words in lines of at most width, each begun with two spaces.
func wrapWords(words []string, width int) string {
	var b strings.Builder
	line := "  "
	for _, w := range words {
		if len(line)+len(w) > width {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = "  "
		}
		line += w + " "
	}
	b.WriteString(strings.TrimRight(line, " "))
	return b.String()
}
