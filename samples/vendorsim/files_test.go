package vendorsim

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPhotosAreTheBytesOfTheJob: what job/photos serves is what Photo says, now and in another account of the same seed.
func TestPhotosAreTheBytesOfTheJob(t *testing.T) {
	s, again, seen := newSim(t, unlimited()), newSim(t, unlimited()), 0
	for _, job := range s.Live(StreamJobs) {
		n := s.Photos(job)
		if n == 0 {
			assert.Nil(t, s.Photo(job, 0))
			continue
		}
		bare := decode[row](t, get(s, "/v3/job/photos?id="+job))["photos"].([]any)
		require.Len(t, bare, n)
		assert.Nil(t, bare[0].(row)["imageData"], "only when asked for")
		for k, one := range decode[row](t, get(s, "/v3/job/photos?getImageData=true&id="+job))["photos"].([]any) {
			raw, err := base64.StdEncoding.DecodeString(text(one.(row)["imageData"]))
			require.NoError(t, err)
			require.True(t, bytes.Equal(raw, s.Photo(job, k)))
			require.True(t, bytes.Equal(raw, again.Photo(job, k)))
			seen++
		}
		assert.Nil(t, s.Photo(job, n))
	}
	assert.Greater(t, seen, 20)
	assert.Nil(t, s.Photo("nobody", 0))
	assert.Zero(t, s.Photos("nobody"))
}

func TestSyncroFetchesWhatItIsToldTo(t *testing.T) {
	var asked []string
	var s *Syncro
	s = newSyncro(t, SyncroOptions{Options: Options{Now: func() time.Time { return noon }}, Fetch: func(url string) ([]byte, error) {
		asked = append(asked, url)
		_ = s.Counters() // no lock is held
		_ = s.Live(SyncroTickets)
		if strings.Contains(url, "gone") {
			return nil, errors.New("404")
		}
		return []byte("bytes of " + url), nil
	}})
	ticket := s.Live(SyncroTickets)[0]
	names := func() (out []string) {
		all := at(syGet(t, s, "tickets/"+ticket), "ticket", "attachments").([]any)
		for _, one := range all {
			out = append(out, text(one.(row)["file_name"]))
		}
		return out
	}
	attach := func(url, name string) string {
		a := sy(t, s, http.MethodPost, "tickets/"+ticket+"/attach_file_url", `{"files":[{"url":"`+url+`","filename":"`+name+`"}]}`)
		require.Equal(t, http.StatusOK, a.status)
		return string(a.body)
	}
	good := attach("https://files.invalid/a.jpg", "a.jpg")
	assert.Equal(t, good, attach("https://files.invalid/gone.jpg", "gone.jpg"), "the answer does not tell")
	assert.Equal(t, []string{"https://files.invalid/a.jpg", "https://files.invalid/gone.jpg"}, asked)
	assert.Equal(t, 1, s.Counters().Effects[SyncroFetch])
	assert.Empty(t, names(), "not yet")
	s.Advance(2 * time.Second)
	assert.Equal(t, []string{"a.jpg"}, names())
	sum := sha256.Sum256([]byte("bytes of https://files.invalid/a.jpg"))
	file := s.Attachments(ticket)[0]
	assert.Equal(t, SyncroFile{file.ID, "a.jpg", "https://files.invalid/a.jpg", 36, hex.EncodeToString(sum[:])}, file)

	s.SetFileRules(40, ".exe")
	for _, name := range []string{"fits", "much-too-long-to-fit-into-it", "bad.EXE"} {
		attach("https://files.invalid/"+name, name)
	}
	attach("https://files.invalid/b.jpg", "")
	s.Advance(time.Minute)
	assert.Equal(t, []string{"a.jpg", "fits", "b.jpg"}, names())
	s.SetFileRules(0)
	attach("https://files.invalid/bad.EXE", "a.jpg")
	s.Advance(time.Minute)
	assert.Equal(t, []string{"a.jpg", "fits", "b.jpg", "a.jpg"}, names(), "equal names stand side by side")

	decode[row](t, sy(t, s, http.MethodPost, "tickets/"+ticket+"/delete_attachment", `{"attachment_id":`+file.ID+`}`))
	assert.Equal(t, []string{"fits", "b.jpg", "a.jpg"}, names())
	assert.Len(t, s.Attachments(ticket), 3)

	deaf := newSyncro(t, SyncroOptions{})
	require.Equal(t, http.StatusOK, sy(t, deaf, http.MethodPost, "tickets/"+ticket+"/attach_file_url", `{"files":[{"url":"https://files.invalid/a"}]}`).status)
	deaf.Advance(time.Hour)
	assert.Empty(t, deaf.Attachments(ticket), "without Fetch nothing ever appears")
}
