package apisink_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/samples/vendorsim"
)

func TestFilesAreAttachedAndTakenOff(t *testing.T) {
	b, sim := newSyncro(t, vendorsim.SyncroOptions{Options: quiet(), AttachDelay: -1,
		Fetch: func(string) ([]byte, error) { return []byte("photo"), nil }}, nil)
	ticket := sim.Live(vendorsim.SyncroTickets)[0]
	a := load.Attachment{Stream: "tickets", Key: record.Key(ticket), Source: "7/a.jpg", URL: "https://files.invalid/x", Name: `a "b".jpg`}
	d, err := b.target.Attaching(a)
	require.NoError(t, err)
	assert.JSONEq(t, `{"files":[{"url":"https://files.invalid/x","filename":"a \"b\".jpg"}]}`, string(d.Fields))
	assert.Equal(t, load.Deed{Kind: stage.AttemptAction, Action: "attach_file", Stream: "tickets", Key: a.Key, Source: a.Source, Fields: d.Fields, Batch: 1}, d,
		"sending it twice attaches it twice")
	require.Equal(t, stage.AttemptDone, b.send(d).State)
	files := sim.Attachments(ticket)
	require.Len(t, files, 1)
	assert.Equal(t, `a "b".jpg`, files[0].Name)
	assert.Equal(t, map[string]int{vendorsim.SyncroFetch: 1}, sim.Counters().Effects)

	a.Remove = files[0].ID
	d, err = b.target.Attaching(a)
	require.NoError(t, err)
	assert.JSONEq(t, `{"attachment_id":`+files[0].ID+`}`, string(d.Fields))
	require.Equal(t, stage.AttemptDone, b.send(d).State)
	assert.Empty(t, sim.Attachments(ticket))
	assert.Equal(t, stage.AttemptRejected, b.send(d).State, "it is gone")
}

func TestWhatTakesNoFiles(t *testing.T) {
	b, _ := newSyncro(t, vendorsim.SyncroOptions{Options: quiet()}, nil)
	no := (*load.RefusedError)(nil)
	_, err := b.target.Attaching(load.Attachment{Stream: "customers", Key: "1", URL: "https://files.invalid/x", Name: "a"})
	require.ErrorAs(t, err, &no)
	assert.Contains(t, no.Reason, "nothing attaches files to customers")
	_, err = b.target.Attaching(load.Attachment{Stream: "nothing", Key: "1"})
	require.Error(t, err)

	st, err := b.spec.Stream("tickets")
	require.NoError(t, err)
	for i := range st.Writes.Actions {
		st.Writes.Actions[i].Off = "not confirmed"
	}
	_, err = b.target.Attaching(load.Attachment{Stream: "tickets", Key: "1", URL: "https://files.invalid/x", Name: "a"})
	require.ErrorAs(t, err, &no)
	assert.Equal(t, "not confirmed", no.Reason)
}

// A call that people would notice is not made unless the job allows it.
func TestAttachingThatPeopleNotice(t *testing.T) {
	const text = `vendor: a
base_url: https://a.com
auth: none
effects: {mail: somebody gets a mail}
streams:
  s:
    key: id
    get: {path: "s/{key}"}
    fields: {id: {type: integer, read_only: true}, files: {type: json, read_only: true}}
    writes:
      actions:
        take: {path: "s/{key}/files", fields: {url: string, name: string}, effects: [mail]}
      attach: {action: take, url: url, name: name, shown: {path: files, key: id, name: name}}
`
	spec, err := connector.Parse("a.yaml", []byte(text))
	require.NoError(t, err)
	a := load.Attachment{Stream: "s", Key: "1", URL: "https://files.invalid/x", Name: "a"}
	b := newBench(t, spec, nil, nil, nil)
	no := (*load.RefusedError)(nil)
	_, err = b.target.Attaching(a)
	require.ErrorAs(t, err, &no)
	a.Remove = "2"
	_, err = b.target.Attaching(a)
	require.ErrorAs(t, err, &no, "nothing takes files off")
	a.Remove = ""
	d, err := newBench(t, spec, nil, nil, effects("mail")).target.Attaching(a)
	require.NoError(t, err)
	assert.Equal(t, []string{"mail"}, d.Effects)
	assert.JSONEq(t, `{"url":"https://files.invalid/x","name":"a"}`, string(d.Fields))
	assert.Equal(t, 3*time.Second, spec.Streams[0].Writes.Attach.Every)
}
