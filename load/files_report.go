package load

import (
	"context"
	"encoding/json"

	"ferry/extract/stage"
)

// FileCount is what became of the files of one entry of a plan.
type FileCount struct {
	Entry  string                      `json:"entry"`
	Source string                      `json:"source"` // stream that they come from
	Kind   string                      `json:"kind"`   // attach, folder or line
	Parent string                      `json:"parent"` // entry of the records that they belong to
	Files  int                         `json:"files"`
	Bytes  int64                       `json:"bytes"`
	Bins   map[stage.LoadBin]FileTotal `json:"bins"`
	Why    map[string]int              `json:"why,omitempty"` // of those not in the target, by the code of the reason
}

// FileTotal is a number of files and their size.
type FileTotal struct {
	Files int   `json:"files"`
	Bytes int64 `json:"bytes"`
}

// Done is what is where it was to be.
func (c *FileCount) Done() (t FileTotal) {
	for _, bin := range []stage.LoadBin{stage.LoadCreated, stage.LoadUpdated, stage.LoadUnchanged} {
		t.Files += c.Bins[bin].Files
		t.Bytes += c.Bins[bin].Bytes
	}
	return t
}

// CountFiles counts the files of a plan by entry and bin, from the stage alone.
// The bins of an entry add up to its Files.
func CountFiles(ctx context.Context, st *stage.Stage, p stage.Plan) ([]FileCount, error) {
	var all []FileCount
	for i, pe := range p.Entries {
		kind := filesOf(pe.Side)
		if kind == notFiles {
			continue
		}
		c := FileCount{Entry: pe.Name, Source: pe.Side.Source, Kind: kind.word(), Bins: map[stage.LoadBin]FileTotal{}, Why: map[string]int{}}
		err := st.Items(ctx, p.ID, i, stage.ItemQuery{}, func(it *stage.Item) error {
			var note Note
			if err := json.Unmarshal(it.Note, &note); err != nil {
				return err
			}
			t := c.Bins[it.Bin]
			t.Files++
			c.Files++
			if note.File != nil {
				t.Bytes += note.File.Bytes
				c.Bytes += note.File.Bytes
				c.Parent = note.File.Parent
			}
			c.Bins[it.Bin] = t
			if len(it.Why) > 0 {
				c.Why[decodeReason(it.Why).Code]++
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// IsFiles tells whether an entry of a plan holds files or lines instead of mapped
// records.
func IsFiles(e stage.PlanEntry) bool { return filesOf(e.Side) != notFiles }
