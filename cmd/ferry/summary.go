package main

import (
	"fmt"
	"slices"

	"ferry/cmd/ferry/internal/job"
	"ferry/extract"
	"ferry/extract/stage"
)

// printSummary says what became of every stream, and why it is known.
func (a *app) printSummary(j *job.Job, summary extract.Summary) {
	if !slices.ContainsFunc(summary.Streams, touched) {
		return
	}
	bins := map[string]int{"new": 0, "changed": 0, "unchanged": 0, "revived": 0, "tombstones": 0, "keyless": 0}
	var rows [][]string
	records := 0
	for _, s := range summary.Streams {
		unchanged := unchangedOf(s)
		bins["new"] += s.New
		bins["changed"] += s.Changed
		bins["unchanged"] += unchanged
		bins["revived"] += s.Revived
		bins["tombstones"] += s.Tombstones
		bins["keyless"] += s.Keyless
		records += s.Records
		rows = append(rows, []string{s.Name, count(s.Records), count(s.New + s.Revived), count(s.Changed), count(unchanged),
			count(s.Tombstones), count(s.Requests), proofWord(s)})
		a.screen.emit(map[string]any{"event": "summary", "stream": s.Name, "records": s.Records, "requests": s.Requests,
			"new": s.New, "changed": s.Changed, "unchanged": unchanged, "revived": s.Revived,
			"tombstones": s.Tombstones, "keyless": s.Keyless, "complete": completeOf(s), "reason": streamReason(s)})
	}
	a.ending.Bins = bins
	rows = append(rows, []string{"all", count(records), count(bins["new"] + bins["revived"]), count(bins["changed"]),
		count(bins["unchanged"]), count(bins["tombstones"]), count(summary.Requests), ""})
	a.screen.say("\n")
	a.screen.table([]string{"stream", ">records", ">new", ">changed", ">unchanged", ">gone", ">requests", "proof"}, rows)
	a.screen.say("\n")
	for _, s := range summary.Streams {
		if text := streamReason(s); text != "" {
			a.screen.say("%s: %s\n", s.Name, text)
		}
	}
	a.screen.say("Stage: %s\n", relative(j.Stage))
}

// touched tells that the run staged or proved anything of a stream.
func touched(s extract.StreamSummary) bool {
	return s.Certificate.Proof != "" || s.Err != nil || s.New+s.Changed+s.Unchanged+s.Revived+s.Tombstones > 0
}

// completeOf is the certificate, null where the run ended before there was one.
func completeOf(s extract.StreamSummary) *stage.Certificate {
	if s.Certificate.Proof == "" {
		return nil
	}
	return &s.Certificate
}

// unchangedOf counts the listed records that were staged before and are the
// same. A list that was read twice shows them twice; they count once.
func unchangedOf(s extract.StreamSummary) int {
	return min(s.Unchanged, max(0, s.Listed-s.New-s.Changed-s.Revived))
}

// proofWord is the proof in one word.
func proofWord(s extract.StreamSummary) string {
	switch {
	case s.Err != nil:
		return "failed"
	case s.Certificate.Proof == "":
		return "not ended"
	case !s.Proven():
		return "not proven"
	}
	return string(s.Certificate.Proof)
}

func streamReason(s extract.StreamSummary) string {
	if s.Err != nil {
		return fmt.Sprint(s.Err)
	}
	return s.Certificate.Text
}

// certificatesOf gives the certificates by stream.
func certificatesOf(summary extract.Summary) map[string]stage.Certificate {
	out := map[string]stage.Certificate{}
	for _, s := range summary.Streams {
		out[s.Name] = s.Certificate
	}
	return out
}
