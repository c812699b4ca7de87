package connector

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

func TestFilesOfTheShippedSpecs(t *testing.T) {
	photos := stream(t, shippedSpec(t, "synchroteam"), "job.photos")
	assert.Equal(t, &FileShape{Name: "fileName", About: "comment", Folder: []string{"customer.name", "num"}}, photos.File)
	require.Len(t, photos.Contents(), 1)
	assert.Equal(t, "imageData", photos.Contents()[0].Name)

	w := writes(t, "syncro", "tickets")
	assert.Equal(t, &Attach{Action: "attach_file", URL: "files[].url", Name: "files[].filename",
		Shown: ShownFiles{Path: "attachments", Key: "id", Name: []string{"file_name", "filename", "name"}},
		Every: 3 * time.Second, Within: 2 * time.Minute, Remove: "remove_file", RemoveAs: "attachment_id"}, w.Attach)
	assert.Equal(t, &NoteWrite{Stream: "tickets.comments", Place: "ticket_id", Body: "body", Fixed: []record.Literal{
		{Path: "subject", Value: []byte(`"Files"`)}, {Path: "hidden", Value: []byte("true")}, {Path: "do_not_email", Value: []byte("true")}}}, w.Note)
	assert.Nil(t, writes(t, "syncro", "customers").Attach)

	lines := stream(t, shippedSpec(t, "syncro"), "tickets").Writing()
	assert.Contains(t, lines, "Files can be attached: they are fetched from an address (action attach_file).")
	assert.Contains(t, lines, "A line that only the account's own people see goes to tickets.comments.")
}

func TestWhatAVendorRefusesOfFiles(t *testing.T) {
	a := &Attach{Action: "take", Most: 25_500_000, Refused: []string{".exe", ".tar.gz"}}
	for name, want := range map[string]bool{"a.jpg": false, "a.EXE": true, "exe": false, "b.tar.GZ": true, "": false} {
		assert.Equal(t, want, a.Refuses(name), name)
	}
	w := &Writes{Attach: a}
	assert.Equal(t, []string{"Files can be attached: they are fetched from an address (action take), up to 25.5 MB, but none that ends in .exe, .tar.gz; they cannot be taken off again."}, w.fileLines())
	for n, want := range map[int64]string{0: "0 bytes", 999: "999 bytes", 1500: "1.5 kB", 26_214_400: "26.2 MB", 3_000_000_000: "3 GB"} {
		assert.Equal(t, want, Bytes(n))
	}
}
