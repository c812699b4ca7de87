package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ferry/cmd/ferry/internal/job"
	"ferry/extract"
	"ferry/extract/api"
	"ferry/extract/connector"
)

// clockTolerance is how far two clocks may be apart before it is worth a word.
const clockTolerance = 5 * time.Second

// doctor asks source and target one page of each stream that the job reads or
// writes, and says what it saw.
func (a *app) doctor(ctx context.Context, j *job.Job) error {
	src := j.Source
	if err := a.examineAccount(ctx, src.Login, src.Connections, src.MaxBody, src.Streams, src.Filters); err != nil {
		return err
	}
	if j.Target != nil {
		streams, err := writtenStreams(j)
		if err != nil {
			return err
		}
		a.screen.value("\nTarget       %s\n", j.Target.Spec.Vendor)
		if err := a.examineAccount(ctx, j.Target.Login, job.DefaultConnections, job.DefaultMaxBody, streams, nil); err != nil {
			return err
		}
	}
	a.screen.say("\nAll streams can be read. Next: ferry run %s\n", relative(j.Path))
	return nil
}

// writtenStreams are the target's streams that the job's mapping writes to, in
// its order, each once.
func writtenStreams(j *job.Job) ([]string, error) {
	var out []string
	if j.Mapping == "" {
		return nil, nil
	}
	f, _, err := readMapping(j.Mapping)
	if err != nil {
		return nil, err
	}
	for _, s := range f.Streams {
		if !slices.Contains(out, s.To) {
			out = append(out, s.To)
		}
	}
	return out, nil
}

// examineAccount reads one page of each stream of an account.
func (a *app) examineAccount(ctx context.Context, l job.Login, connections int, maxBody int64, streams []string, filters map[string][]connector.Param) (err error) {
	ln, err := a.dial(ctx, l, connections, maxBody, func(e extract.Event) {
		a.screen.emit(e)
		if e.Reason != "" {
			a.screen.note("%s: %s", e.Event, e.Reason)
		}
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ln.Close()) }()
	a.screen.value("\n")
	v := visit{app: a, line: ln}
	for _, name := range streams {
		if err := v.stream(ctx, name, filters[name]); err != nil {
			return err
		}
	}
	a.screen.asked([]string{"stream", ">rows", ">total", ">keys", "verdict"}, v.rows)
	for _, m := range v.odd {
		a.screen.value("  %s\n", m)
	}
	if err := a.announcedLimits(ctx, ln); err != nil {
		return err
	}
	if len(v.troubled) > 0 {
		return &exitError{Code: exitFailed, Err: fmt.Errorf("cannot be read: %s", strings.Join(v.troubled, ", ")),
			Hint: "ask for the permission, or name the other streams in source.streams"}
	}
	return nil
}

// visit is what the doctor notes from stream to stream.
type visit struct {
	app      *app
	line     *line
	greeted  bool
	rows     [][]string
	odd      []string // values that do not fit, by place
	troubled []string // streams that cannot be read
}

// stream reads one page of a stream. The error is one after which no stream
// will answer.
func (v *visit) stream(ctx context.Context, name string, filters []connector.Param) error {
	st, err := v.line.Spec.Stream(name)
	if err != nil || st.List == nil {
		return err
	}
	page, answer, err := v.line.Client.Page(ctx, st, firstPage(st, filters))
	if answer != nil && !v.greeted {
		v.greeted = true
		v.app.greet(v.line, answer)
	}
	if err != nil {
		if fatal(ctx, err) {
			return err
		}
		v.troubled = append(v.troubled, name)
		v.rows = append(v.rows, []string{name, "-", "-", "-", troubleText(err)})
		v.app.screen.emit(map[string]any{"event": "checked", "stream": name, "reason": err.Error(), "class": api.ClassOf(err)})
		return nil
	}
	look := examine(st, page)
	v.rows = append(v.rows, []string{name, count(look.rows), unknownDash(page.Total), count(look.keys), look.verdict()})
	for _, m := range look.misfits {
		v.odd = append(v.odd, name+": "+m)
	}
	v.app.screen.emit(map[string]any{"event": "checked", "stream": name, "records": look.rows, "total": page.Total,
		"keys": look.keys, "misfits": look.misfits, "unknown_fields": look.unknown})
	return nil
}

// firstPage asks for the first page of a list at full size.
func firstPage(st *connector.Stream, filters []connector.Param) api.PageArgs {
	args := api.PageArgs{Number: st.List.Paging.First, Query: filters}
	if st.List.Paging.Kind == connector.PageOffset {
		args.Number = 0
	}
	if v := st.List.Variants; v != nil && len(v.Values) > 0 {
		args.Variant = v.Values[0]
	}
	return args
}

// fatal tells an error after which no stream will answer.
func fatal(ctx context.Context, err error) bool {
	switch api.ClassOf(err) {
	case connector.Credentials, connector.QuotaSpent:
		return true
	}
	return ctx.Err() != nil || errors.Is(err, api.ErrOutage) || api.ClassOf(err) == "" && !isShape(err)
}

func isShape(err error) bool {
	_, ok := errors.AsType[*api.ShapeError](err)
	return ok
}

func troubleText(err error) string {
	if api.ClassOf(err) == connector.Forbidden {
		return "FORBIDDEN: " + err.Error()
	}
	return "FAILED: " + err.Error()
}

// greet says what the first good answer tells of the account: credentials,
// clock, and the headers.
func (a *app) greet(ln *line, answer *api.Answer) {
	a.screen.value("Credentials  accepted\n")
	middle := answer.Sent.Add(answer.Received.Sub(answer.Sent) / 2)
	event := map[string]any{"event": "account", "credentials": "accepted"}
	if date := answer.Header.Get("Date"); date == "" {
		a.screen.value("Clock        the vendor does not tell its time\n")
	} else {
		off := answer.Vendor.Sub(middle).Round(time.Second)
		event["clock_seconds"] = off.Seconds()
		a.screen.value("Clock        %s\n", clockText(off))
	}
	a.screen.emit(event)
	for _, l := range ln.Spec.Budget.Headers {
		what := "rate"
		if l.Quota {
			what = "quota"
		}
		a.header(answer.Header, l.Limit, what+" limit", "")
		a.header(answer.Header, l.Remaining, what+" left", "")
		a.header(answer.Header, l.Reset, what+" window ends", l.ResetIs)
	}
	if len(ln.Spec.Budget.Headers) == 0 {
		a.screen.value("Headers      none that tell limits\n")
	}
}

func clockText(off time.Duration) string {
	if off.Abs() <= clockTolerance {
		return "agrees with this machine's"
	}
	where := "ahead of"
	if off < 0 {
		where = "behind"
	}
	return fmt.Sprintf("the vendor's clock is %s %s this machine's; the vendor's counts, nothing to do", lasting(off.Abs()), where)
}

// header says what one header was taken to mean.
func (a *app) header(h http.Header, name, meaning string, form connector.ResetForm) {
	if name == "" {
		return
	}
	value, text := h.Get(name), "not sent"
	if value != "" {
		text = value
	}
	if form != "" && value != "" {
		text = fmt.Sprintf("%s (%s) = %s", value, form, resetText(value, form))
	}
	a.screen.value("Header       %s: %s, taken as %s\n", name, text, meaning)
	a.screen.emit(map[string]any{"event": "header", "name": name, "value": value, "meaning": meaning, "form": form})
}

func resetText(value string, form connector.ResetForm) string {
	n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
	at := time.Time{}
	switch {
	case form == connector.ResetDate:
		if at, err = http.ParseTime(value); err != nil {
			at, err = time.Parse(time.RFC3339, value)
		}
	case form == connector.ResetEpoch:
		at = time.Unix(n, 0)
	case form == connector.ResetMillis:
		at = time.UnixMilli(n)
	case form == connector.ResetSeconds:
		at = time.Now().Add(time.Duration(n) * time.Second)
	}
	if err != nil {
		return "not understood"
	}
	return at.Local().Format("2006-01-02 15:04:05 MST")
}

// announcedLimits shows where the budget stands after the pages were read.
func (a *app) announcedLimits(ctx context.Context, ln *line) error {
	state, err := ln.Budget.State(ctx)
	if err != nil {
		return err
	}
	a.printBudget(state)
	return nil
}
