package load_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

func TestFilesThatAreNotReadAreNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAlbum(t, nil)
		a.job("1", "Acme", "1001")
		_, sum := a.plan()
		assert.Equal(t, []string{"photos of jobs (job.photos) are not read: name job.photos under details"}, sum.LeftFiles)

		a.cfg.Files.Details = []string{"job", "job.photos"}
		_, sum = a.plan()
		assert.Equal(t, []string{"photos of jobs (job.photos) were not read to the end yet: read them"}, sum.LeftFiles)

		certified := func(proof stage.Proof, text string) {
			require.NoError(t, a.stage.PutCertificate(context.Background(), stage.Certificate{Account: benchSource.ID, Stream: "job.photos", Proof: proof, AsOf: time.Now(), Text: text}))
		}
		certified(stage.ProofNone, "not proven, 1 detail could not be read: record 1: the answer is no JSON")
		_, sum = a.plan()
		assert.Equal(t, []string{"photos of jobs (job.photos) are not all known: 1 detail could not be read; read again, which asks only for those"}, sum.LeftFiles)

		certified(stage.ProofQuiet, "1 detail asked, 0 unchanged before")
		_, sum = a.plan()
		assert.Empty(t, sum.LeftFiles, "they are read, and there are none")

		for _, st := range a.cfg.Files.Source.Streams {
			if st.Name == "job.photos" {
				st.Sub.ListedBy = nil // a source that cannot say which records have any
			}
		}
		require.NoError(t, a.stage.MarkDue(context.Background(), benchSource.ID, "job", "job.photos", []record.Key{"1"}))
		_, sum = a.plan()
		assert.Equal(t, []string{"photos of jobs (job.photos) are not all known: they were not read for 1 of 1 records of job; read again, which asks only for those"}, sum.LeftFiles)

		a.job("1", "Acme", "1001", photo{"a.jpg", "", "one"})
		a.cfg.Files.Details = nil
		_, sum = a.plan()
		assert.Equal(t, []string{"photos of jobs (job.photos) are not read any more, and only the 1 that were read before are looked at: name job.photos under details"}, sum.LeftFiles)

		a.cfg.Rules[0].Source = "site"
		_, sum = a.plan()
		assert.Equal(t, []string{"photos of jobs (job.photos) were read (1) and go nowhere: no entry of the mapping takes job"}, sum.LeftFiles)
	})
}

func TestAPlanRestsOnItsFiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAlbum(t, nil)
		a.cfg.Files.Details = []string{"job.photos"}
		a.job("1", "Acme", "1001", photo{"a.jpg", "", "one"})
		p, _ := a.plan()
		const told = "photos and attachments were read or changed since, or the job says something else of them"
		stale := func() bool {
			changed, err := load.Current(context.Background(), a.cfg, p)
			require.NoError(t, err)
			return slices.Contains(changed, told)
		}
		assert.False(t, stale())
		a.cfg.Files.Mode = load.FilesFolder
		assert.True(t, stale(), "another way with files")
		a.cfg.Files.Mode = load.FilesAttach
		assert.False(t, stale())
		a.job("1", "Acme", "1001", photo{"a.jpg", "", "two"})
		assert.True(t, stale(), "a photo has another content")
		a.job("1", "Acme", "1001", photo{"a.jpg", "", "one"})
		assert.False(t, stale(), "the same photo was read again")
		a.job("1", "Acme", "1001", photo{"a.jpg", "", "one"}, photo{"b.jpg", "", "two"})
		assert.True(t, stale(), "there is one more")
	})
}
