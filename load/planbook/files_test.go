package planbook

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

// fileEntry is an entry of a plan that holds files or lines.
func fileEntry(name, part, stream string) stage.PlanEntry {
	return stage.PlanEntry{Name: name, Side: stage.Side{Account: sourceAccount.ID, Source: "job.photos", Part: part, Target: targetAccount.ID, Stream: stream}}
}

func fileItem(entry int, key string, action stage.Action, target string, note load.Note) stage.Item {
	it := item(key, action, target, note, "").item
	it.Entry = entry
	return it
}

// filesInput is the plan of oneOfEach with files of each kind.
func filesInput() Input {
	in := oneOfEach()
	file := func(n load.FileNote, held *load.Reason, more ...string) load.Note {
		n.Parent = "tickets"
		return load.Note{File: &n, Held: held, Dropped: more}
	}
	lists := [][]stage.Item{{
		fileItem(2, "12/a/1", stage.ActCreate, "", file(load.FileNote{Of: "12", Name: "front door.jpg", About: "before", Bytes: 2_400_000, SHA256: "c0ffee"}, nil, "comment: a file that is attached carries no text")),
		fileItem(2, "12/b/1", stage.ActUnchanged, "501/31", file(load.FileNote{Of: "12", Name: "b.jpg", Bytes: 100_000}, nil)),
		fileItem(2, "12/c/1", stage.ActHeld, "501/32", file(load.FileNote{Of: "12", Name: "c.jpg", Bytes: 300_000},
			&load.Reason{Code: load.CodeReplaced, Text: "its content is another one since it was attached", Choose: []load.Candidate{{Key: "501"}}, Do: "attach the new one by hand"})),
		fileItem(2, "12/d/1", stage.ActRejected, "", file(load.FileNote{Of: "12", Name: "d.exe", Bytes: 10}, &load.Reason{Code: load.CodeCannot, Text: "the target takes no files that end in .exe", Value: "d.exe"})),
		fileItem(2, "12/e/1", stage.ActHeld, "", file(load.FileNote{Of: "12", Name: "e.jpg", Bytes: 20}, &load.Reason{Code: load.CodeSkipped, Text: "it was decided to leave it out"})),
	}, {
		fileItem(3, "12/a/1", stage.ActUpdate, "folder:Acme/12/s.pdf", file(load.FileNote{Of: "12", Name: "s.pdf", Path: "Acme/12/s.pdf", Bytes: 40_000}, nil)),
	}, {
		fileItem(4, "12", stage.ActCreate, "", load.Note{File: &load.FileNote{Parent: "tickets", Of: "12", Files: 2}, Deeds: 1, Muted: []string{"mail"}}),
	}}
	records := in.Items
	in.Items = func(ctx context.Context, entry int, actions []stage.Action, fn func(*stage.Item) error) error {
		if entry < 2 {
			return records(ctx, entry, actions, fn)
		}
		for _, it := range lists[entry-2] {
			if len(actions) > 0 && !strings.Contains(joinActions(actions), it.Action.String()+";") {
				continue
			}
			if err := fn(&it); err != nil {
				return err
			}
		}
		return nil
	}
	mapped := in.Mapped
	in.Mapped = func(ctx context.Context, entry int, fn func(record.Key, []byte) error) error {
		if entry < 2 {
			return mapped(ctx, entry, fn)
		}
		return nil
	}
	for _, e := range []stage.PlanEntry{fileEntry("job.photos", "file", "tickets"), fileEntry("job.scans", "file.folder", "tickets"), fileEntry("job.scans lines", "file.line", "tickets.comments")} {
		in.Plan.Entries = append(in.Plan.Entries, e)
		in.Entries = append(in.Entries, Entry{Name: e.Name, Source: e.Side.Source, Target: e.Side.Stream, Files: load.FilesKind(e)})
	}
	in.Entries[3].Left = []string{"tickets of Syncro takes no scans: they go to the folder move.files"}
	in.Unread = []string{"photos of visits (visit.photos) are not read: name visit.photos under details"}
	return in
}

func joinActions(actions []stage.Action) string {
	text := ""
	for _, a := range actions {
		text += a.String() + ";"
	}
	return text
}

func TestFilesAreShownByNameSizeAndRecord(t *testing.T) {
	got := golden(t, open(t, writeExample(t, filesInput())))
	for _, want := range []string{
		"Together |  |  | 1 | 1 | 1 | 5 | 1 | 9\n",
		"Photos and attachments | From | What is done | Create | Change | Unchanged | Held | Rejected | Number | Size\n",
		"job.photos | job.photos | attached to tickets | 1 | 0 | 1 | 2 | 1 | 5 | 2.8 MB\n",
		"job.scans | job.photos | into the folder, of tickets | 0 | 1 | 0 | 0 | 0 | 1 | 40 kB\n",
		"job.scans lines | job.photos | lines in tickets.comments | 1 | 0 | 0 | 0 | 0 | 1\n",
		"Not carried over | photos of visits (visit.photos) are not read: name visit.photos under details\n",
		`job.photos | 12/a/1 | front door.jpg | of: tickets 12\nsize: 2.4 MB\ntext: before | 0 |  |  | comment: a file that is attached carries no text`,
		`job.scans lines | 12 | line about 2 files | of: tickets 12\nfiles: 2 | 1`,
		"job.scans | 12/a/1 | Acme/12/s.pdf | folder:Acme/12/s.pdf |  | content |  | 40 kB | the file is written anew: its content is another one at the source",
		`job.photos | 12/c/1 | c.jpg | file changed at source | its content is another one since it was attached\nof: tickets 12\nsize: 300 kB |  |  | attach the new one by hand | 501/32 | open | 501`,
		`job.photos | 12/d/1 | d.exe | rejected: the target cannot | the target takes no files that end in .exe\nof: tickets 12\nsize: 10 bytes |  | d.exe`,
		"job.photos | 12/e/1 | e.jpg | held | it was decided to leave it out",
		" | photos and attachments |  |  | photos of visits (visit.photos) are not read: name visit.photos under details\n",
		"job.scans | photos and attachments |  |  | tickets of Syncro takes no scans: they go to the folder move.files\n",
		"job.photos | field of the target | comment | 1 | a file that is attached carries no text\n",
	} {
		assert.True(t, strings.Contains(got, want), want)
	}
	assert.False(t, strings.Contains(got, "job.photos | records |"), "a file is taken for a mapped record")
	assert.False(t, strings.Contains(got, "job.photos | 12/c/1 | c.jpg | held |"), "a decision that files do not know is asked for")
	assert.False(t, strings.Contains(got, "c0ffee"))
	f := open(t, writeExample(t, filesInput()))
	rows, err := f.GetRows(sheetHeld)
	require.NoError(t, err)
	for i, r := range rows {
		if len(r) > 1 && r[1] == "12/c/1" {
			page, err := f.GetCellFormula(sheetHeld, cellName(9, i+1))
			require.NoError(t, err)
			assert.Contains(t, page, "https://acme.syncromsp.com/tickets/501\"")
		}
	}
}

func TestAnUndoOfFiles(t *testing.T) {
	in := filesInput()
	in.Plan.Kind, in.Plan.Entries, in.Entries = stage.PlanUndo, in.Plan.Entries[2:], in.Entries[2:]
	in.Mapped = func(context.Context, int, func(record.Key, []byte) error) error { return nil }
	in.Items = func(_ context.Context, entry int, actions []stage.Action, fn func(*stage.Item) error) error {
		if len(actions) > 0 && !strings.Contains(joinActions(actions), stage.ActDelete.String()+";") {
			return nil
		}
		it := fileItem(entry, "12", stage.ActDelete, "501/31", load.Note{File: &load.FileNote{Parent: "tickets", Of: "12", Name: "a.jpg"}})
		return fn(&it)
	}
	got := golden(t, open(t, writeExample(t, in)))
	for _, want := range []string{"the file is taken off", "the file is deleted from the folder", "the line is deleted", "attached to tickets | 1 | 0 | 0 | 1 | 0 bytes"} {
		assert.True(t, strings.Contains(got, want), want)
	}
}

func TestDecisionsAboutFilesComeBack(t *testing.T) {
	cfg, _ := plannedStage(t, 2)
	note, err := json.Marshal(load.Note{File: &load.FileNote{Parent: "customers", Of: "1", Name: "a.jpg", Bytes: 9}, Held: &load.Reason{Code: load.CodeSkipped, Text: "it was decided to leave it out"}})
	require.NoError(t, err)
	g, _, err := cfg.Stage.Generations(t.Context(), sourceAccount.ID)
	require.NoError(t, err)
	p := stage.Plan{Kind: stage.PlanLoad, Made: made, Source: sourceAccount.ID, Target: targetAccount.ID, Generation: g.ID,
		Summary: []byte(`{"entries":[{"name":"job.photos","files":{"kind":"attach","says":["they go with customers, not with contacts"]}}],"price":{},"rests":{},"left_files":["scans of jobs (job.scans) are not read: name job.scans under details"]}`),
		Entries: []stage.PlanEntry{{Name: "customers", Side: stage.Side{Account: sourceAccount.ID, Source: "client", Target: targetAccount.ID, Stream: "customers"}, Hash: 77},
			fileEntry("job.photos", "file", "customers")}}
	d, err := cfg.Stage.BeginPlan(t.Context(), p)
	require.NoError(t, err)
	require.NoError(t, d.Put(t.Context(), []stage.Item{{Key: "1", Action: stage.ActCreate}, {Entry: 1, Key: "1/a", Action: stage.ActHeld, Note: note}}))
	p, err = d.Publish(t.Context(), p)
	require.NoError(t, err)
	require.NoError(t, d.Close())
	cfg.Decisions = &load.Decisions{Matches: []load.MatchDecision{{Entry: "job.photos", Key: "1/a", Choice: load.ChooseSkip, Note: "blurred"}}}
	in, err := FromPlan(t.Context(), cfg, p)
	require.NoError(t, err)
	path := writeExample(t, in)
	got := golden(t, open(t, path))
	assert.True(t, strings.Contains(got, "job.photos | photos and attachments |  |  | they go with customers, not with contacts"))
	assert.True(t, strings.Contains(got, "scans of jobs (job.scans) are not read: name job.scans under details"))
	assert.True(t, strings.Contains(got, "customers | client | customers | 1 | 0 | 0 | 0 | 0 | 1"))

	answers, err := Read(path)
	require.NoError(t, err)
	require.NoError(t, answers.Check(t.Context(), cfg.Stage, p, true))
	assert.Equal(t, cfg.Decisions.Matches, answers.Decisions.Matches)
	answers, err = Read(fill(t, path, map[string]string{find(t, path, sheetMatches, nameDecision, "job.photos", "1/a"): "create"}))
	require.NoError(t, err)
	require.NoError(t, answers.Check(t.Context(), cfg.Stage, p, true))
	assert.Equal(t, load.ChooseCreate, answers.Decisions.Matches[0].Choice)
}
