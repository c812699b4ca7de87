package load_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/budget"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/samples/vendorsim"
)

func shaOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func TestFilesAreAttachedOnceAndRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAlbum(t, nil)
		a.job("1", "Acme", "1001", photo{"a b.jpg", "the roof", "one"}, photo{"b.jpg", "", "two"})
		a.job("2", "Acme", "1002", photo{"a b.jpg", "", "one"}, photo{"a_b.jpg", "", "three"})
		a.job("3", "Acme", "1003")
		p, sum := a.plan()
		photos := sum.Entries[1]
		assert.Equal(t, "job.photos", photos.Name)
		assert.Equal(t, map[string]int{"create": 4}, photos.Actions)
		assert.Equal(t, 4, photos.Writes)
		assert.Equal(t, map[string]int{"comment: a file that is attached carries no text": 1}, photos.Dropped)
		assert.Equal(t, &load.FilesSummary{Kind: "attach", Parent: "tickets", Bytes: 14}, photos.Files)
		assert.Equal(t, 3+4, sum.Price.Write)

		bins, err := a.apply(context.Background(), p)
		require.NoError(t, err)
		assert.Equal(t, map[string]int{"created": 4}, a.bins(bins, "job.photos"))
		want := []string{"1 a b.jpg " + shaOf("one"), "1 b.jpg " + shaOf("two"), "2 a b.jpg " + shaOf("one"), "2 a_b (2).jpg " + shaOf("three")}
		assert.ElementsMatch(t, want, a.attached(), "names that the target may take for one are told apart")
		assert.Empty(t, a.drops(), "nothing is left lying where everybody can fetch it")
		assert.Equal(t, map[string]int{vendorsim.SyncroFetch: 4}, a.sim.Counters().Effects, "nobody is told")
		for _, url := range a.fetched {
			assert.Regexp(t, `^https://files\.invalid/x/[0-9a-f]{40}\.jpg$`, url)
		}

		v, err := load.Verify(context.Background(), a.cfg, a.cfg.Run)
		require.NoError(t, err)
		assert.True(t, v.Good())
		assert.Equal(t, load.EntryVerdict{Entry: "job.photos", Checked: 4, Equal: 4}, v.Entries[1])

		// The same again sends nothing.
		sent := len(a.fetched)
		_, bins = a.load()
		assert.Equal(t, map[string]int{"unchanged": 4}, a.bins(bins, "job.photos"))
		assert.Len(t, a.fetched, sent)

		counts, err := load.CountFiles(context.Background(), a.stage, p)
		require.NoError(t, err)
		require.Len(t, counts, 1)
		assert.Equal(t, load.FileTotal{Files: 4, Bytes: 14}, counts[0].Done())

		// A file that somebody took off is found missing.
		file := a.sim.Attachments(a.ticket("1"))[0]
		a.byHand("POST", "tickets/"+a.ticket("1")+"/delete_attachment", `{"attachment_id":`+file.ID+`}`)
		v, err = load.Verify(context.Background(), a.cfg, p.Run+1)
		require.NoError(t, err)
		assert.Equal(t, []load.RecordMissing{{Entry: "job.photos", Key: photoKey("1", "a b.jpg", 0), Target: record.Key(a.ticket("1") + "/" + file.ID)}}, v.Gone)
		assert.Equal(t, "rejected gone from the target", a.why(p, "job.photos", photoKey("1", "a b.jpg", 0)))
		_, bins = a.load()
		assert.Equal(t, map[string]int{"created": 1, "unchanged": 3}, a.bins(bins, "job.photos"), "brought back")
		assert.ElementsMatch(t, want, a.attached())
	})
}

func TestAPlanWithoutAPlaceToFetchFromHoldsTheFiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAlbum(t, nil)
		a.cfg.Files.At = load.FilesAt{}
		a.job("1", "Acme", "1001", photo{"a.jpg", "", "one"}, photo{"b.jpg", "", ""})
		p, bins := a.load()
		assert.Equal(t, map[string]int{"held": 2}, a.bins(bins, "job.photos"))
		assert.Equal(t, "held no address for files", a.why(p, "job.photos", photoKey("1", "a.jpg", 0)))
		assert.Equal(t, "held file not staged", a.why(p, "job.photos", photoKey("1", "b.jpg", 1)))
		assert.Equal(t, map[string]int{"created": 1}, a.bins(bins, "tickets"))
	})
}

func TestFilesOfRecordsThatAreNotLoadedAreHeldByName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAlbum(t, nil)
		a.job("1", "Acme", "1001", photo{"a.jpg", "", "one"})
		a.job("2", "Acme", "1002", photo{"b.jpg", "", "two"}, photo{"c.jpg", "", "three"}, photo{"d.jpg", "", "four"})
		a.cfg.Decisions = &load.Decisions{Matches: []load.MatchDecision{{Entry: "tickets", Key: "1", Choice: load.ChooseSkip},
			{Entry: "job.photos", Key: photoKey("2", "c.jpg", 1), Choice: load.ChooseSkip},
			{Entry: "job.photos", Key: photoKey("2", "d.jpg", 2), Choice: load.ChooseLink, Target: "9"}}}
		p, bins := a.load()
		assert.Equal(t, map[string]int{"held": 3, "created": 1}, a.bins(bins, "job.photos"))
		assert.Equal(t, "held the target cannot", a.why(p, "job.photos", photoKey("2", "d.jpg", 2)))
		assert.Equal(t, "held parent not loaded", a.why(p, "job.photos", photoKey("1", "a.jpg", 0)))
		assert.Equal(t, "held skipped by decision", a.why(p, "job.photos", photoKey("2", "c.jpg", 1)))
		assert.Equal(t, []string{"2 b.jpg " + shaOf("two")}, a.attached())
	})
}

// Row R17 of the fault matrix: too large, type refused, name clash.
func TestAFileThatIsRefusedIsRejectedByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAlbum(t, func(o *vendorsim.SyncroOptions, _ *connector.Spec) { o.MaxFile, o.RefusedTypes = 20, []string{".exe"} })
		a.job("1", "Acme", "1001", photo{"fits.jpg", "", "small"}, photo{"large.jpg", "", "much too large for this account"}, photo{"run.exe", "", "exe"})
		p, bins := a.load()
		assert.Equal(t, map[string]int{"created": 1}, a.bins(bins, "tickets"), "the record stays done")
		assert.Equal(t, map[string]int{"created": 1, "rejected": 2}, a.bins(bins, "job.photos"))
		for i, name := range []string{"fits.jpg", "large.jpg", "run.exe"} {
			want := "rejected file did not appear"
			if i == 0 {
				want = "created"
			}
			assert.Equal(t, want, a.why(p, "job.photos", photoKey("1", name, i)), name)
		}
		assert.Empty(t, a.drops())

		// Nothing is sent again before somebody asks for it, and then once.
		sent := len(a.fetched)
		_, bins = a.load()
		assert.Equal(t, map[string]int{"unchanged": 1, "rejected": 2}, a.bins(bins, "job.photos"))
		assert.Len(t, a.fetched, sent)
		a.sim.SetFileRules(0)
		n, err := a.stage.Requeue(context.Background(), benchSource.ID, "job.photos")
		require.NoError(t, err)
		assert.Equal(t, 2, n)
		_, bins = a.load()
		assert.Equal(t, map[string]int{"unchanged": 1, "created": 2}, a.bins(bins, "job.photos"))
		assert.Len(t, a.attached(), 3)
	})
}

func TestAFileOfThatNameIsThereAlready(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAlbum(t, func(o *vendorsim.SyncroOptions, _ *connector.Spec) {
			fetch := o.Fetch
			o.Fetch = func(url string) ([]byte, error) {
				if url == "https://theirs.invalid/a" {
					return []byte("theirs"), nil
				}
				return fetch(url)
			}
		})
		a.job("1", "Acme", "1001")
		a.load()
		a.byHand("POST", "tickets/"+a.ticket("1")+"/attach_file_url", `{"files":[{"url":"https://theirs.invalid/a","filename":"A_b.JPG"}]}`)
		time.Sleep(time.Minute)
		a.job("1", "Acme", "1001", photo{"a b.jpg", "", "ours"}, photo{"c.jpg", "", "other"})
		key := photoKey("1", "a b.jpg", 0)
		p, bins := a.load()
		assert.Equal(t, map[string]int{"created": 1, "rejected": 1}, a.bins(bins, "job.photos"))
		assert.Equal(t, "rejected file of that name", a.why(p, "job.photos", key))
		assert.Len(t, a.attached(), 2)

		// A person says that it is another one.
		a.cfg.Decisions = &load.Decisions{Matches: []load.MatchDecision{{Entry: "job.photos", Key: key, Choice: load.ChooseCreate}}}
		_, bins = a.load()
		assert.Equal(t, map[string]int{"created": 1, "unchanged": 1}, a.bins(bins, "job.photos"))
		assert.Contains(t, a.attached(), "1 a b.jpg "+shaOf("ours"))
	})
}

// What the spec knows of the target's limits is not sent at all.
func TestKnownLimitsRejectBeforeSending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAlbum(t, func(_ *vendorsim.SyncroOptions, spec *connector.Spec) {
			st, err := spec.Stream("tickets")
			require.NoError(t, err)
			st.Writes.Attach.Most, st.Writes.Attach.Refused = 5, []string{".exe"}
		})
		a.job("1", "Acme", "1001", photo{"a.jpg", "", "fits"}, photo{"b.jpg", "", "too large"}, photo{"c.EXE", "", "c"})
		p, bins := a.load()
		assert.Equal(t, map[string]int{"created": 1, "rejected": 2}, a.bins(bins, "job.photos"))
		assert.Equal(t, "rejected the target cannot", a.why(p, "job.photos", photoKey("1", "b.jpg", 1)))
		assert.Equal(t, "rejected the target cannot", a.why(p, "job.photos", photoKey("1", "c.EXE", 2)))
		assert.Len(t, a.fetched, 1)
	})
}

func TestWhatCannotBeFetchedStopsAfterAFew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAlbum(t, nil)
		a.broken, a.cfg.Workers = true, 1
		for i := range 9 {
			a.job(itoa(i+1), "Acme", itoa(1000+i), photo{"a.jpg", "", fmt.Sprint("photo ", i)})
		}
		p, bins := a.load()
		assert.Equal(t, map[string]int{"rejected": 5, "held": 4}, a.bins(bins, "job.photos"))
		assert.Equal(t, "held stopped with others", a.why(p, "job.photos", photoKey("9", "a.jpg", 0)))
		assert.Equal(t, map[string]int{"created": 9}, a.bins(bins, "tickets"))
		assert.Len(t, a.fetched, 5)
		assert.Empty(t, a.drops())
	})
}

func TestLostAnswersAttachNothingTwice(t *testing.T) {
	for _, kind := range []vendorsim.FaultKind{vendorsim.FaultResetCounted, vendorsim.FaultReset, vendorsim.FaultLateWrite, vendorsim.FaultHTML} {
		t.Run(string(kind), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := newAlbum(t, func(o *vendorsim.SyncroOptions, _ *connector.Spec) {
					o.Faults = []vendorsim.Fault{{Kind: kind, Path: "attach_file_url", Nth: []int{1, 3}}}
				})
				a.job("1", "Acme", "1001", photo{"a.jpg", "", "one"}, photo{"b.jpg", "", "two"}, photo{"c.jpg", "", "three"}, photo{"d.jpg", "", "four"})
				_, bins := a.load()
				assert.Equal(t, map[string]int{"created": 4}, a.bins(bins, "job.photos"))
				assert.Len(t, a.attached(), 4)
				assert.Empty(t, a.drops())
			})
		})
	}
}

// A process ends between its ledger and the answer: the next one asks by name.
func TestAfterAKillTheTargetIsAskedByName(t *testing.T) {
	for name, came := range map[string]bool{"it arrived": true, "it was never sent": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := newAlbum(t, nil)
				a.job("1", "Acme", "1001")
				a.load()
				a.job("1", "Acme", "1001", photo{"a.jpg", "", "one"}, photo{"b.jpg", "", "two"})
				p, _ := a.plan()
				sink := a.cfg.Sink
				a.cfg.Sink = interposed{sink.(load.Attacher), func(ctx context.Context, _ []load.Deed, next func() ([]load.Result, error)) ([]load.Result, error) {
					if came {
						if _, err := next(); err != nil {
							return nil, err
						}
					}
					return nil, errKilled
				}}
				_, err := a.apply(context.Background(), p)
				require.ErrorIs(t, err, errKilled)
				assert.Equal(t, "unsure answer lost", a.why(p, "job.photos", photoKey("1", "a.jpg", 0)))
				assert.Equal(t, "waiting", a.why(p, "job.photos", photoKey("1", "b.jpg", 1)))
				assert.Len(t, a.drops(), 1, "it may still be fetched")

				a.cfg.Sink = sink
				bins, err := a.apply(context.Background(), p)
				require.NoError(t, err)
				assert.Equal(t, map[string]int{"created": 2}, a.bins(bins, "job.photos"))
				assert.ElementsMatch(t, []string{"1 a.jpg " + shaOf("one"), "1 b.jpg " + shaOf("two")}, a.attached())
				assert.Empty(t, a.drops())
				assert.Len(t, a.fetched, 2)
			})
		})
	}
}

var errKilled = errors.New("killed")

func TestTheQuotaEndsInTheMiddleOfTheFiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAlbum(t, nil)
		a.cfg.Workers = 1
		a.job("1", "Acme", "1001", photo{"a.jpg", "", "one"}, photo{"b.jpg", "", "two"}, photo{"c.jpg", "", "three"})
		p, _ := a.plan()
		sink, sent := a.cfg.Sink, 0
		a.cfg.Sink = interposed{sink.(load.Attacher), func(ctx context.Context, deeds []load.Deed, next func() ([]load.Result, error)) ([]load.Result, error) {
			if deeds[0].Action != "attach_file" {
				return next()
			}
			if sent++; sent == 2 {
				return []load.Result{{State: stage.AttemptUnsent}}, &budget.SpentError{Until: time.Now().Add(time.Hour)}
			}
			return next()
		}}
		_, err := a.apply(context.Background(), p)
		spent := (*budget.SpentError)(nil)
		require.ErrorAs(t, err, &spent)
		assert.Equal(t, "waiting", a.why(p, "job.photos", photoKey("1", "c.jpg", 2)))

		bins, err := a.apply(context.Background(), p) // without a new approval
		require.NoError(t, err)
		assert.Equal(t, map[string]int{"created": 3}, a.bins(bins, "job.photos"))
		assert.Len(t, a.attached(), 3)
		assert.Empty(t, a.drops())
	})
}

func TestAStopLeavesFilesInFlightToTheNextRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAlbum(t, func(o *vendorsim.SyncroOptions, _ *connector.Spec) { o.AttachDelay = 20 * time.Second })
		a.job("1", "Acme", "1001", photo{"a.jpg", "", "one"})
		p, _ := a.plan()
		ctx, stop := context.WithTimeout(context.Background(), 8*time.Second)
		defer stop()
		_, err := a.apply(ctx, p)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, "unsure answer lost", a.why(p, "job.photos", photoKey("1", "a.jpg", 0)))
		bins, err := a.apply(context.Background(), p)
		require.NoError(t, err)
		assert.Equal(t, map[string]int{"created": 1}, a.bins(bins, "job.photos"))
		assert.Len(t, a.attached(), 1)
		assert.Len(t, a.fetched, 1)
	})
}

func TestUndoTakesFilesOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAlbum(t, nil)
		ctx := context.Background()
		a.job("1", "Acme", "1001")
		a.load()
		a.job("1", "Acme", "1001", photo{"a.jpg", "", "one"}, photo{"b.jpg", "", "two"})
		a.load()
		before := a.attached()
		require.Len(t, before, 2)
		run := a.cfg.Run
		a.newRun()
		undo, err := load.PlanUndo(ctx, a.cfg, run)
		require.NoError(t, err)
		require.NoError(t, a.stage.SetPlan(ctx, undo.ID, stage.PlanApproved, "test", time.Now()))
		allow := a.cfg.Allow
		a.cfg.Allow = nil
		_, err = load.Undo(ctx, a.cfg, undo.ID)
		need := (*load.AllowError)(nil)
		require.ErrorAs(t, err, &need)
		a.cfg.Allow = allow
		bins, err := load.Undo(ctx, a.cfg, undo.ID)
		require.NoError(t, err)
		assert.Equal(t, map[string]int{"deleted": 2}, a.bins(bins, "job.photos"))
		assert.Empty(t, a.attached())
		assert.NotNil(t, a.sim.Record(vendorsim.SyncroTickets, a.ticket("1")), "the ticket is another run's")

		_, bins = a.load()
		assert.Equal(t, map[string]int{"created": 2}, a.bins(bins, "job.photos"), "it can be loaded again")
		slices.Sort(before)
		after := a.attached()
		slices.Sort(after)
		assert.Equal(t, before, after)
	})
}

func TestADamagedContentIsHeldAndNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAlbum(t, nil)
		a.job("1", "Acme", "1001", photo{"a.jpg", "", "one"}, photo{"b.jpg", "", "two"})
		p, _ := a.plan()
		damage(t, filepath.Join(a.stage.FilesDir(), shaOf("one")))
		bins, err := a.apply(context.Background(), p)
		require.NoError(t, err)
		assert.Equal(t, map[string]int{"created": 1, "held": 1}, a.bins(bins, "job.photos"))
		assert.Equal(t, "held file not staged", a.why(p, "job.photos", photoKey("1", "a.jpg", 0)))
		assert.Len(t, a.fetched, 1)
		assert.Empty(t, a.drops())
	})
}
