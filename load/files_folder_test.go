package load_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/samples/vendorsim"
)

func damage(t testing.TB, name string) {
	t.Helper()
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	data[0] ^= 1
	require.NoError(t, os.WriteFile(name, data, 0o600))
}

// folder reads the files of a folder: content by path.
func folder(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(at string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(at)
		rel, _ := filepath.Rel(dir, at)
		out[filepath.ToSlash(rel)] = string(data)
		return err
	}))
	return out
}

// comments are the bodies of a ticket's comments; all must be hidden.
func (a *album) comments(job string) (bodies []string) {
	a.t.Helper()
	var ticket struct {
		Comments []struct {
			Body   string
			Hidden bool
		} `json:"comments"`
	}
	now, found, err := a.cfg.Reader.Read(context.Background(), "tickets", record.Key(a.ticket(job)))
	require.NoError(a.t, err)
	require.True(a.t, found)
	require.NoError(a.t, json.Unmarshal(now, &ticket))
	for _, c := range ticket.Comments {
		require.True(a.t, c.Hidden)
		bodies = append(bodies, c.Body)
	}
	return bodies
}

func TestFilesGoToAFolderWithALineInTheTicket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAlbum(t, nil)
		a.cfg.Files.Mode = load.FilesFolder
		a.job("1", "Acme: North/South", "1001", photo{"roof.jpg", "the roof", "one"}, photo{"ROOF.jpg", "", "two"}, photo{"", "", "three"})
		a.job("2", "", "1002", photo{"con.txt", "", "four"})
		a.job("3", "CON", "1003")
		p, sum := a.plan()
		require.Len(t, sum.Entries, 3)
		assert.Equal(t, map[string]int{"create": 2}, sum.Entries[2].Actions, "a line a ticket")
		assert.NotEmpty(t, sum.Entries[2].Final)
		assert.Zero(t, sum.Entries[1].Writes)
		assert.NoDirExists(t, a.cfg.Files.Folder, "a plan writes nothing")

		bins, err := a.apply(context.Background(), p)
		require.NoError(t, err)
		assert.Equal(t, map[string]int{"created": 4}, a.bins(bins, "job.photos"))
		assert.Equal(t, map[string]int{"created": 2}, a.bins(bins, "job.photos lines"))
		want := map[string]string{"Acme_ North_South/1001/roof.jpg": "one", "Acme_ North_South/1001/ROOF (2).jpg": "two",
			"Acme_ North_South/1001/photos.txt": "three", "without customer.name/1002/_con.txt": "four"}
		assert.Equal(t, want, folder(t, a.cfg.Files.Folder))
		assert.Equal(t, []string{"Files moved from Synchroteam are in the folder acme.files/Acme_ North_South/1001:\n- photos.txt\n- ROOF (2).jpg\n- roof.jpg (the roof)"},
			a.comments("1"))
		assert.Empty(t, a.comments("3"))
		assert.Empty(t, a.sim.Counters().Effects, "nobody is told")

		// The same again writes nothing; a further photo brings a further line.
		_, bins = a.load()
		assert.Equal(t, map[string]int{"unchanged": 4}, a.bins(bins, "job.photos"))
		assert.Equal(t, map[string]int{"unchanged": 2}, a.bins(bins, "job.photos lines"))
		a.job("2", "", "1002", photo{"con.txt", "", "four"}, photo{"late.jpg", "", "five"})
		p, bins = a.load()
		assert.Equal(t, map[string]int{"unchanged": 4, "created": 1}, a.bins(bins, "job.photos"))
		assert.Equal(t, map[string]int{"unchanged": 2, "created": 1}, a.bins(bins, "job.photos lines"))
		assert.Len(t, a.comments("2"), 2)
		assert.Equal(t, "five", folder(t, a.cfg.Files.Folder)["without customer.name/1002/late.jpg"])

		v, err := load.Verify(context.Background(), a.cfg, a.cfg.Run)
		require.NoError(t, err)
		assert.True(t, v.Good(), "%v", v)
		assert.Equal(t, "created", a.why(p, "job.photos", photoKey("2", "late.jpg", 1)))
	})
}

func TestUndoLeavesFilesThatWereChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAlbum(t, nil)
		ctx := context.Background()
		a.cfg.Files.Mode = load.FilesFolder
		a.job("1", "Acme", "1001", photo{"a.jpg", "", "one"}, photo{"b.jpg", "", "two"}, photo{"c.jpg", "", "three"})
		p, _ := a.load()
		dir := filepath.Join(a.cfg.Files.Folder, "Acme", "1001")
		damage(t, filepath.Join(dir, "b.jpg"))
		require.NoError(t, os.Remove(filepath.Join(dir, "c.jpg")))
		v, err := load.Verify(ctx, a.cfg, a.cfg.Run)
		require.NoError(t, err)
		require.Len(t, v.Gone, 1)
		require.Len(t, v.Differs, 1)
		assert.Equal(t, "content", v.Differs[0].Field)
		run := a.cfg.Run
		a.newRun()
		undo, err := load.PlanUndo(ctx, a.cfg, run)
		require.NoError(t, err)
		require.NoError(t, a.stage.SetPlan(ctx, undo.ID, stage.PlanApproved, "test", time.Now()))
		bins, err := load.Undo(ctx, a.cfg, undo.ID)
		require.NoError(t, err)
		assert.Equal(t, map[string]int{"deleted": 1, "held": 1, "unchanged": 1}, a.bins(bins, "job.photos"))
		assert.Equal(t, map[string]int{"deleted": 1}, a.bins(bins, "job.photos lines"), "it went with its ticket")
		assert.Equal(t, map[string]int{"deleted": 1}, a.bins(bins, "tickets"))
		assert.Len(t, folder(t, a.cfg.Files.Folder), 1)
		assert.Equal(t, "held edited in the target", a.why(undo, "job.photos", photoKey("1", "b.jpg", 1)))
		assert.Empty(t, a.sim.Live(vendorsim.SyncroTickets))
		_ = p
	})
}

func TestAnotherFileInTheFolderStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAlbum(t, nil)
		a.cfg.Files.Mode = load.FilesFolder
		dir := filepath.Join(a.cfg.Files.Folder, "Acme", "1001")
		require.NoError(t, os.MkdirAll(dir, 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "a.jpg"), []byte("somebody's"), 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "b.jpg"), []byte("two"), 0o600))
		require.NoError(t, os.Mkdir(filepath.Join(dir, "c.jpg"), 0o700)) // what is no plain file is another one
		a.job("1", "Acme", "1001", photo{"a.jpg", "", "one"}, photo{"b.jpg", "", "two"}, photo{"c.jpg", "", "three"})
		p, bins := a.load()
		assert.Equal(t, map[string]int{"rejected": 2, "created": 1}, a.bins(bins, "job.photos"))
		assert.Equal(t, "rejected file of that name", a.why(p, "job.photos", photoKey("1", "a.jpg", 0)))
		data, err := os.ReadFile(filepath.Join(dir, "a.jpg"))
		require.NoError(t, err)
		assert.Equal(t, "somebody's", string(data))
		assert.Len(t, a.comments("1"), 1)
		assert.NotContains(t, a.comments("1")[0], "a.jpg")
	})
}

// A line whose answer was lost is asked for, and written once.
func TestALostLineIsWrittenOnce(t *testing.T) {
	for _, kind := range []vendorsim.FaultKind{vendorsim.FaultResetCounted, vendorsim.FaultReset} {
		t.Run(string(kind), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := newAlbum(t, nil)
				a.cfg.Files.Mode = load.FilesFolder
				a.job("1", "Acme", "1001", photo{"a.jpg", "", "one"})
				a.sim.SetFaults(vendorsim.Fault{Kind: kind, Path: "/comment", Method: "POST", Nth: []int{1}})
				p, bins := a.load()
				if a.bins(bins, "job.photos lines")["created"] == 0 {
					assert.Equal(t, "unsure answer lost", a.why(p, "job.photos lines", "1"))
					var err error
					bins, err = a.apply(context.Background(), p)
					require.NoError(t, err)
				}
				assert.Equal(t, map[string]int{"created": 1}, a.bins(bins, "job.photos lines"))
				assert.Len(t, a.comments("1"), 1)
				got, _, err := a.stage.Plan(context.Background(), p.ID)
				require.NoError(t, err)
				assert.Equal(t, stage.PlanDone, got.State)
			})
		})
	}
}
