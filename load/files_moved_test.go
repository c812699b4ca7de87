package load_test

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/samples/vendorsim"
)

// Photos as Synchroteam gives them arrive in Syncro byte for byte; the two
// simulated vendors are the judges.
func TestPhotosOfSynchroteamArriveInSyncro(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAlbum(t, nil)
		old := vendorsim.NewSynchroteam(vendorsim.Options{Seed: 3, Latency: -1, Rate: vendorsim.Rate{Limit: -1}, Quota: vendorsim.Quota{Limit: -1},
			Counts: vendorsim.Counts{Customers: 3, Jobs: 12}, Data: vendorsim.Data{Plain: true}})
		values := connector.Values{"domain": connector.NewSecret(vendorsim.DefaultDomain), "api_key": connector.NewSecret(vendorsim.DefaultAPIKey), "zone": connector.NewSecret("UTC")}
		client, spend := a.client(a.cfg.Files.Source, values, old.Transport())
		a.newRun()
		_, err := extract.Run(context.Background(), extract.Config{Spec: a.cfg.Files.Source, Account: benchSource, Streams: []string{"job"}, Details: []string{"job.photos"},
			Connections: 2, SweepEvery: time.Hour, Client: client, Budget: spend, Stage: a.stage, Run: a.cfg.Run})
		require.NoError(t, err)
		want := 0
		for _, job := range old.Live(vendorsim.StreamJobs) {
			a.photos[job] = make([]photo, old.Photos(job))
			want += old.Photos(job)
		}
		require.Greater(t, want, 5)
		_, bins := a.load()
		assert.Equal(t, map[string]int{"created": want}, a.bins(bins, "job.photos"))
		for job, photos := range a.photos {
			var sums []string
			for _, f := range a.sim.Attachments(a.ticket(job)) {
				sums = append(sums, f.SHA256)
			}
			var wants []string
			for i := range photos {
				wants = append(wants, shaOf(string(old.Photo(job, i))))
			}
			assert.ElementsMatch(t, wants, sums, job)
		}
	})
}

// What a killed process left in the ledger as sending is asked for like a lost
// answer, also by the plan after the one that sent it.
func TestASendThatAProcessDiedInIsAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAlbum(t, nil)
		ctx := context.Background()
		a.job("1", "Acme", "1001")
		a.load()
		a.job("1", "Acme", "1001", photo{"a.jpg", "", "one"}, photo{"b.jpg", "", "two"})
		p, _ := a.plan()
		side := p.Entries[1].Side
		for i, name := range []string{"a.jpg", "b.jpg"} {
			fields, err := json.Marshal(map[string]any{"parent": "tickets", "of": "1", "name": name, "sha256": shaOf("one"), "url": "https://files.invalid/x/none.jpg"})
			require.NoError(t, err)
			_, err = a.stage.BeginAttempts(ctx, []stage.Attempt{{Plan: p.ID, Run: a.cfg.Run, Side: side, Key: photoKey("1", name, i), Kind: stage.AttemptAction,
				Action: "attach_file", Target: record.Key(a.ticket("1")), Fields: fields, Sent: time.Now()}})
			require.NoError(t, err)
		}
		a.byHandFile("a.jpg", "one")
		p, bins := a.load()
		assert.Equal(t, map[string]int{"created": 2}, a.bins(bins, "job.photos"))
		assert.ElementsMatch(t, []string{"1 a.jpg " + shaOf("one"), "1 b.jpg " + shaOf("two")}, a.attached())
		assert.Len(t, a.fetched, 2, "the first is not sent again")
		left := 0
		require.NoError(t, a.stage.Attempts(ctx, stage.AttemptQuery{States: []stage.AttemptState{stage.AttemptSending, stage.AttemptUnsure}}, func(*stage.Attempt) error {
			left++
			return nil
		}))
		assert.Zero(t, left)
		assert.Equal(t, "created", a.why(p, "job.photos", photoKey("1", "a.jpg", 0)))
	})
}

// A record that is created anew has none of the files of the one before.
func TestFilesFollowARecordThatIsCreatedAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAlbum(t, nil)
		a.job("1", "Acme", "1001", photo{"a.jpg", "", "one"})
		a.load()
		old := a.ticket("1")
		a.byHand("DELETE", "tickets/"+old, "")
		side := stage.Side{Account: benchSource.ID, Source: "job", Part: "tickets", Target: photosTarget.ID, Stream: "tickets"}
		require.NoError(t, a.stage.DropLink(context.Background(), side, "1"))
		_, bins := a.load()
		require.NotEqual(t, old, a.ticket("1"))
		assert.Equal(t, map[string]int{"created": 1}, a.bins(bins, "job.photos"))
		assert.Equal(t, []string{"1 a.jpg " + shaOf("one")}, a.attached())
	})
}
