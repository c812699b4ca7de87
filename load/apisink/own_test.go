package apisink_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/apisink"
)

// What the spec language can say and no shipped vendor does.
const ownSpec = `
vendor: own
base_url: https://own.example/v1
auth: none
streams:
  whole:
    key: id
    get: {path: "whole/{key}"}
    fields:
      id: {type: integer, read_only: true}
      name: string
      more: {fields: {a: string, b: integer}}
      owner: {fields: {id: integer, name: string}}
      custom_values: {type: custom, custom: {label: label, value: value}}
      made: {type: datetime, read_only: true}
      at: {type: datetime, layouts: ["2006-01-02 15:04"]}
      done: boolean
    writes:
      reference: none
      final: nothing is deleted
      updates: whole
      create: {path: whole, wrap: whole, form: true, answer: whole}
      update: {path: "whole/{key}", except: [done], answer: .}
  rows:
    key: id
    get: {path: "rows/{key}"}
    fields: {id: {type: integer, read_only: true}, ref: {type: string, folds: case}, name: string}
    writes:
      reference: ref
      final: nothing is deleted
      create:
        path: rows
        batch: {path: rows/many, key: rows, max: 10, by: ref, at: row.ref, results: results, failed: error, record: row, message: error.text}
  jobs:
    key: id
    get: {path: "jobs/{key}"}
    fields: {id: {type: integer, read_only: true}, name: string}
    writes:
      reference: none
      final: nothing is deleted
      create:
        path: jobs
        answer: .
        poll: {path: "work/{job}", job: job.id, when: 202, done: {path: state, equals: done}, failed: {path: state, equals: failed},
          answer: result, every: 5s, within: 1m, messages: why}
`

// own answers requests as a test says and remembers what was sent.
type own struct {
	answer func(r *http.Request, body string) (status int, text string)
	sent   []string
}

func (o *own) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	o.sent = append(o.sent, strings.TrimSpace(r.Method+" "+strings.TrimPrefix(r.URL.Path, "/v1/")+" "+string(body)))
	status, text := o.answer(r, string(body))
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Body: io.NopCloser(bytes.NewReader([]byte(text))), ContentLength: int64(len(text))}, nil
}

func newOwn(t testing.TB, answer func(r *http.Request, body string) (int, string), change func(*apisink.Options)) (*bench, *own) {
	t.Helper()
	spec, err := connector.Parse("own.yaml", []byte(ownSpec))
	require.NoError(t, err)
	o := &own{answer: answer}
	return newBench(t, spec, o, nil, change), o
}

// says answers everything alike.
func says(status int, text string) func(*http.Request, string) (int, string) {
	return func(*http.Request, string) (int, string) { return status, text }
}

// A vendor that clears what an update does not name gets the whole record back,
// changed.
func TestUpdatesOfWholeRecords(t *testing.T) {
	b, o := newOwn(t, says(200, `{"id":5,"name":"N"}`), nil)
	now := `{"id":5,"name":"A","more":{"a":"x","b":"2","c":1},"owner":{"id":7,"name":"Ann"},"made":"2020-01-01","at":"2020-01-01T10:11:12","done":true,
		"custom_values":[{"label":"Zone","value":"North"},{"label":"Size","value":"1"}]}`
	b.do(load.Write{Stream: "whole", Kind: stage.AttemptUpdate, Key: "5", Now: json.RawMessage(now),
		Fields: json.RawMessage(`{"name":"N","more":{"a":"y"},"owner":{"id":8},"custom_values":{"Size":"2"}}`)})
	require.Len(t, o.sent, 1)
	body, ok := strings.CutPrefix(o.sent[0], "PUT whole/5 ")
	require.True(t, ok, o.sent[0])
	assert.JSONEq(t, `{"name":"N","more":{"a":"y","b":2},"owner":{"id":8},"at":"2020-01-01 10:11",
		"custom_values":[{"label":"Zone","value":"North"},{"label":"Size","value":"2"}]}`, body)
	deeds := b.deeds(load.Write{Stream: "whole", Kind: stage.AttemptUpdate, Key: "5", Now: json.RawMessage(now), Fields: json.RawMessage(`{"done":false,"name":"x"}`)})
	assert.Equal(t, []string{"done: this call does not take it"}, deeds.Dropped)
}

func TestForms(t *testing.T) {
	b, o := newOwn(t, says(200, `{"whole":{"id":5}}`), nil)
	b.create("whole", "1", `{"name":"A & B","more":{"a":"é","b":3},"custom_values":{"Zone":"North"},"done":true}`)
	_, text, _ := strings.Cut(o.sent[0], "POST whole ")
	form, err := url.ParseQuery(text)
	require.NoError(t, err)
	assert.Equal(t, url.Values{"whole[name]": {"A & B"}, "whole[more][a]": {"é"}, "whole[more][b]": {"3"}, "whole[done]": {"true"},
		"whole[custom_values][0][label]": {"Zone"}, "whole[custom_values][0][value]": {"North"}}, form)
}

// A moment with a zone is written in the account's, and refused where nobody
// says which that is.
func TestMomentsOfLocalFields(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	w := load.Write{Stream: "whole", Kind: stage.AttemptCreate, Fields: json.RawMessage(`{"at":"2024-01-02T10:00:00Z"}`)}
	for _, zone := range []*time.Location{paris, nil} {
		b, _ := newOwn(t, says(200, `{"whole":{"id":5}}`), func(o *apisink.Options) { o.Zone = zone })
		if zone == nil {
			assert.Equal(t, "at", b.refused(w).Field)
			continue
		}
		assert.JSONEq(t, `{"at":"2024-01-02 11:00"}`, string(b.deeds(w).List[0].Fields))
	}
}

// Results come shuffled, short, twice and with refusals: they are paired by our
// reference alone.
func TestResultsOfABatch(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		answer string
		want   []stage.AttemptState
		keys   []string
	}{
		"shuffled": {200, `{"results":[{"row":{"id":3,"ref":"ACME 3"}},{"row":{"id":1,"ref":"acme 1"}},{"row":{"id":2,"ref":"acme 2"}}]}`,
			[]stage.AttemptState{stage.AttemptDone, stage.AttemptDone, stage.AttemptDone}, []string{"1", "2", "3"}},
		"207 with a refusal": {207, `{"results":[{"row":{"id":2,"ref":"acme 2"}},{"error":{"text":"name is taken by acme 1"},"row":{"ref":"acme 1"}},{"row":{"id":3,"ref":"acme 3"}}]}`,
			[]stage.AttemptState{stage.AttemptRejected, stage.AttemptDone, stage.AttemptDone}, []string{"", "2", "3"}},
		"short": {200, `{"results":[{"row":{"id":3,"ref":"acme 3"}}]}`,
			[]stage.AttemptState{stage.AttemptUnsure, stage.AttemptUnsure, stage.AttemptDone}, []string{"", "", "3"}},
		"without references": {200, `{"results":[{"row":{"id":1}},{"row":{"id":2}},{"row":{"id":3}}]}`,
			[]stage.AttemptState{stage.AttemptUnsure, stage.AttemptUnsure, stage.AttemptUnsure}, []string{"", "", ""}},
		"one of them twice": {200, `{"results":[{"row":{"id":1,"ref":"acme 1"}},{"row":{"id":2,"ref":"acme 1"}},{"row":{"id":3,"ref":"acme 3"}}]}`,
			[]stage.AttemptState{stage.AttemptUnsure, stage.AttemptUnsure, stage.AttemptDone}, []string{"", "", "3"}},
		"nothing": {200, ``, []stage.AttemptState{stage.AttemptUnsure, stage.AttemptUnsure, stage.AttemptUnsure}, []string{"", "", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			b, o := newOwn(t, says(c.status, c.answer), nil)
			var deeds []load.Deed
			for _, source := range []string{"1", "2", "3"} {
				deeds = append(deeds, b.deeds(load.Write{Stream: "rows", Kind: stage.AttemptCreate, Source: record.Key(source), Fields: json.RawMessage(`{"name":"n"}`)}).List...)
			}
			out, err := b.target.Send(t.Context(), deeds)
			require.NoError(t, err)
			assert.Contains(t, o.sent[0], `POST rows/many {"rows":[{"name":"n","ref":"acme 1"}`)
			for i, r := range out {
				assert.Equal(t, c.want[i], r.State, "%d: %s", i, r.Message)
				assert.Equal(t, c.keys[i], string(r.Key))
			}
			if c.status == 207 {
				assert.Equal(t, "name is taken by (ref)", out[0].Message)
				assert.Equal(t, "name", out[0].Field)
			}
		})
	}
}

// Work that the target only takes on is asked after until it has ended.
func TestWorkThatIsAskedAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, c := range map[string]struct {
			states []string
			want   stage.AttemptState
		}{
			"done":   {[]string{`{"state":"queued"}`, `{"state":"queued"}`, `{"state":"done","result":{"id":9,"name":"n"}}`}, stage.AttemptDone},
			"failed": {[]string{`{"state":"queued"}`, `{"state":"failed","why":"name is taken"}`}, stage.AttemptRejected},
			"never":  {[]string{`{"state":"queued"}`}, stage.AttemptUnsure},
		} {
			n := 0
			b, o := newOwn(t, func(r *http.Request, _ string) (int, string) {
				if r.Method == http.MethodPost {
					return 202, `{"job":{"id":"j-1"}}`
				}
				n++
				return 200, c.states[min(n, len(c.states))-1]
			}, nil)
			began := time.Now()
			r := b.send(b.deeds(load.Write{Stream: "jobs", Kind: stage.AttemptCreate, Source: "1", Fields: json.RawMessage(`{"name":"n"}`)}).List[0])
			assert.Equal(t, c.want, r.State, name)
			assert.Equal(t, "GET work/j-1", o.sent[1])
			switch c.want {
			case stage.AttemptDone:
				assert.Equal(t, "9", string(r.Key))
				assert.Equal(t, 15*time.Second, time.Since(began))
			case stage.AttemptRejected:
				assert.Equal(t, "name", r.Field)
			default:
				assert.Equal(t, time.Minute, time.Since(began).Truncate(5*time.Second))
			}
		}
		b, _ := newOwn(t, says(200, `{"id":3}`), nil)
		r := b.send(b.deeds(load.Write{Stream: "jobs", Kind: stage.AttemptCreate, Source: "1", Fields: json.RawMessage(`{"name":"n"}`)}).List[0])
		assert.Equal(t, "3", string(r.Key), "done at once")
	})
}

// A dry run sends nothing.
func TestDry(t *testing.T) {
	b, o := newOwn(t, says(500, ``), nil)
	dry := apisink.Dry{Target: b.target}
	deeds, err := dry.Deeds(load.Write{Stream: "rows", Kind: stage.AttemptCreate, Source: "1", Fields: json.RawMessage(`{"name":"n"}`)})
	require.NoError(t, err)
	out, err := dry.Send(t.Context(), deeds.List)
	require.NoError(t, err)
	assert.Equal(t, []load.Result{{State: stage.AttemptUnsent}}, out)
	assert.Empty(t, o.sent)
}

// Whatever a target answers, every deed has a result and nothing breaks.
func FuzzAnswers(f *testing.F) {
	for _, text := range []string{`{"id":5}`, `[{"id":5}]`, `{"results":[{"row":{"id":1,"ref":"acme 1"}},5,null,"acme 2"]}`, `{"job":{"id":"j"},"state":"done"}`, `null`, ``, `{"error":{}}`,
		`{"whole":null}`, "{\"a\":\"\xff\"}", `<html>`} {
		f.Add(200, text)
		f.Add(422, text)
	}
	spec, err := connector.Parse("own.yaml", []byte(ownSpec))
	require.NoError(f, err)
	o := &own{}
	b := newBench(f, spec, o, nil, nil)
	f.Fuzz(func(t *testing.T, status int, text string) {
		if status < 200 || status > 499 || status == 401 || status == 408 || status == 425 || status == 429 || status < 300 && !json.Valid([]byte(text)) {
			return // those end the run, or are waited for by the client
		}
		o.answer, o.sent = func(r *http.Request, _ string) (int, string) {
			if r.Method == http.MethodGet {
				return 404, `{}`
			}
			return status, text
		}, nil
		for _, stream := range []string{"whole", "rows"} {
			var deeds []load.Deed
			for _, source := range []string{"1", "2"} {
				out, err := b.target.Deeds(load.Write{Stream: stream, Kind: stage.AttemptCreate, Source: record.Key(source), Fields: json.RawMessage(`{"name":"n"}`)})
				require.NoError(t, err)
				deeds = append(deeds, out.List...)
			}
			if deeds[0].Batch < 2 {
				deeds = deeds[:1]
			}
			out, _ := b.target.Send(t.Context(), deeds)
			require.Len(t, out, len(deeds))
			for _, r := range out {
				require.NotEmpty(t, r.State)
			}
		}
	})
}
