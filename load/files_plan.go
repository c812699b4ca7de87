package load

import (
	"context"
	"fmt"
	"slices"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// parentOf says what a plan makes of a mapped record: the target record it is, or
// why it is none. One that the plan creates has the reason codePending.
type parentOf func(entry string, key record.Key) (target record.Key, why *Reason)

// filesPlan plans what becomes of the files of staged records: entries of their
// own, after all others.
type filesPlan struct {
	cfg     *Config
	parent  parentOf
	entries []*plannedFiles
}

// plannedFiles is one entry of files: those in one field of one sub-stream, or
// the lines that tell where they are.
type plannedFiles struct {
	cfg     *Config
	number  int // in the plan
	name    string
	kind    fileKind
	side    stage.Side
	sub     *connector.Stream // of the source
	content string            // its field that holds the file
	rules   *Rules            // of the records that the files belong to
	target  *connector.Stream // of those records
	parent  parentOf
	lines   *plannedFiles // nil: nothing tells where these files are
	chosen  map[record.Key]MatchDecision
	sum     EntrySummary
	files   FilesSummary

	have    map[record.Key]haveFile
	refused map[record.Key]rejectedFile
	claimed map[uint64]bool       // names that are taken
	folders map[record.Key]string // of the records that the files belong to, by their source key
	reads   map[record.Key]bool   // records that files are attached to
	tells   map[record.Key]*telling
	store   *filesDir
}

// newFilesPlan finds the entries of files: one for each field that holds files in
// a sub-stream of which records are staged and whose parent is mapped. first is
// the number of the first of them.
func newFilesPlan(ctx context.Context, cfg *Config, first int, parent parentOf) (*filesPlan, error) {
	fp := &filesPlan{cfg: cfg, parent: parent}
	if cfg.Files.Source == nil {
		return fp, nil
	}
	for _, sub := range cfg.Files.Source.Streams {
		contents := sub.Contents()
		if sub.Sub == nil || len(contents) == 0 {
			continue
		}
		n, err := cfg.Stage.LiveCount(ctx, cfg.Source.ID, sub.Name)
		if err != nil {
			return nil, err
		}
		rules, others := filesParent(cfg, sub.Sub.Parent)
		if n == 0 || rules == nil {
			continue
		}
		for i := range contents {
			if err := fp.add(first, sub, contents[i].Name, i > 0, rules, others); err != nil {
				return nil, err
			}
		}
	}
	return fp, nil
}

// filesParent picks the mapped stream that the files of a source stream go with:
// one that takes files, else one that takes lines, else the first. others are
// what the files do not go with.
func filesParent(cfg *Config, source string) (rules *Rules, others []string) {
	best := -1
	for i := range cfg.Rules {
		r := &cfg.Rules[i]
		st, err := cfg.Vendor.Stream(r.Target)
		if r.Source != source || err != nil {
			continue
		}
		rank := 0
		switch {
		case st.Writes != nil && st.Writes.Attach != nil:
			rank = 2
		case st.Writes != nil && st.Writes.Note != nil:
			rank = 1
		}
		others = append(others, r.Name)
		if rank > best {
			rules, best = r, rank
		}
	}
	if rules != nil {
		others = slices.DeleteFunc(others, func(name string) bool { return name == rules.Name })
	}
	return rules, others
}

// add makes the entries of one field of a sub-stream.
func (fp *filesPlan) add(first int, sub *connector.Stream, content string, further bool, rules *Rules, others []string) error {
	target, err := fp.cfg.Vendor.Stream(rules.Target)
	if err != nil {
		return err
	}
	name := sub.Name
	if further {
		name += "." + content
	}
	f := fp.entry(first, name, fileFolder, sub, rules, target)
	f.content, f.side.Part = content, fileFolder.part(content, further)
	takes := target.Writes != nil && target.Writes.Attach != nil
	switch {
	case fp.cfg.Files.Mode != FilesFolder && takes:
		f.kind, f.side.Part = fileAttach, fileAttach.part(content, further)
	case fp.cfg.Files.Mode != FilesFolder:
		f.says("%s of %s takes no files: they go to the folder %s", target.Name, fp.cfg.Vendor.Title, folderName(fp.cfg))
	}
	f.files.Kind = f.kind.word()
	if len(others) > 0 {
		f.says("they go with %s, not with %s", rules.Name, joinWords(others))
	}
	if f.kind == fileFolder {
		return fp.addLines(first, f, content, further)
	}
	return nil
}

// addLines makes the entry of the lines that tell where files are.
func (fp *filesPlan) addLines(first int, f *plannedFiles, content string, further bool) error {
	if fp.cfg.Files.Folder == "" {
		return fmt.Errorf("%s: the job names no folder for files", f.name)
	}
	if f.target.Writes == nil || f.target.Writes.Note == nil {
		f.says("%s has no place for a line that tells where they are", f.target.Name)
		return nil
	}
	f.lines = fp.entry(first, f.name+" lines", fileLine, f.sub, f.rules, f.target)
	f.lines.side.Part, f.lines.side.Stream = fileLine.part(content, further), f.target.Writes.Note.Stream
	f.lines.files.Kind = fileLine.word()
	return nil
}

func (fp *filesPlan) entry(first int, name string, kind fileKind, sub *connector.Stream, rules *Rules, target *connector.Stream) *plannedFiles {
	f := &plannedFiles{cfg: fp.cfg, number: first + len(fp.entries), name: fp.free(name), kind: kind, sub: sub, rules: rules, target: target, parent: fp.parent,
		side:   stage.Side{Account: fp.cfg.Source.ID, Source: sub.Name, Target: fp.cfg.Target.ID, Stream: target.Name},
		chosen: map[record.Key]MatchDecision{}, sum: newEntrySummary(), files: FilesSummary{Parent: rules.Name},
		claimed: map[uint64]bool{}, folders: map[record.Key]string{}, reads: map[record.Key]bool{}, tells: map[record.Key]*telling{}}
	if fp.cfg.Decisions != nil {
		for _, d := range fp.cfg.Decisions.Matches {
			if d.Entry == f.name {
				f.chosen[d.Key] = d
			}
		}
	}
	fp.entries = append(fp.entries, f)
	return f
}

// free is a name that no other entry has.
func (fp *filesPlan) free(name string) string {
	taken := func(name string) bool {
		return slices.ContainsFunc(fp.cfg.Rules, func(r Rules) bool { return r.Name == name }) ||
			slices.ContainsFunc(fp.entries, func(f *plannedFiles) bool { return f.name == name })
	}
	for taken(name) {
		name += " files"
	}
	return name
}

func (f *plannedFiles) says(format string, args ...any) {
	f.files.Says = append(f.files.Says, fmt.Sprintf(format, args...))
}

// planEntries are the entries as the plan has them.
func (fp *filesPlan) planEntries() []stage.PlanEntry {
	var out []stage.PlanEntry
	for _, f := range fp.entries {
		out = append(out, stage.PlanEntry{Name: f.name, Side: f.side})
	}
	return out
}

// decide decides every file once all mapped records are.
func (fp *filesPlan) decide(ctx context.Context, draft *stage.PlanDraft) error {
	for _, f := range fp.entries {
		if f.kind == fileLine {
			continue // its files bring it about
		}
		if err := f.decideAll(ctx, draft); err != nil {
			return fmt.Errorf("plan %s: %w", f.name, err)
		}
		if f.lines != nil {
			if err := f.tellAll(ctx, draft); err != nil {
				return fmt.Errorf("plan %s: %w", f.lines.name, err)
			}
		}
	}
	return nil
}

// summaries are what the plan says of the entries.
func (fp *filesPlan) summaries() []EntrySummary {
	var out []EntrySummary
	for _, f := range fp.entries {
		f.sum.Name, f.sum.Stream = f.name, f.side.Stream
		files := f.files
		f.sum.Files = &files
		out = append(out, f.sum)
	}
	return out
}

// price adds what the files cost of the target's allowance: a call each, and of
// the records that they are attached to a look before, two after and one to
// verify.
func (fp *filesPlan) price(p Price) Price {
	for _, f := range fp.entries {
		p.Write += f.sum.Writes
		switch f.kind {
		case fileAttach:
			p.Read += 3 * len(f.reads)
			p.Verify += len(f.reads)
		case fileLine:
			p.Verify += f.sum.Writes
		}
	}
	return p
}
