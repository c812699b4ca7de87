package load

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/cespare/xxhash/v2"

	"ferry/extract/connector"
	"ferry/extract/record"
)

// filesRest is a hash of what a plan's files rest on: what the job says of files,
// and the staged ones by content and name, whatever their order. "" where nothing
// that is mapped has files.
func filesRest(ctx context.Context, cfg *Config) (string, error) {
	f, told := &cfg.Files, ""
	if f.Source == nil {
		return "", nil
	}
	for _, st := range f.Source.Streams {
		if st.Sub == nil || len(st.Contents()) == 0 {
			continue
		}
		if rules, _ := filesParent(cfg, st.Sub.Parent); rules == nil {
			continue
		}
		sum, err := stagedFiles(ctx, cfg, st)
		if err != nil {
			return "", err
		}
		told += fmt.Sprintf("%q %t %x\n", st.Name, slices.Contains(f.Details, st.Name), sum)
	}
	if told == "" {
		return "", nil
	}
	return hash([]byte(told + fmt.Sprintf("%q %q %q", f.Mode, f.At.URL, folderName(cfg)))), nil
}

// stagedFiles sums hashes of the staged files of a stream.
func stagedFiles(ctx context.Context, cfg *Config, st *connector.Stream) (sum uint64, err error) {
	fields := []string{}
	for _, c := range st.Contents() {
		fields = append(fields, c.Name)
	}
	if st.File != nil {
		fields = append(fields, st.File.Name, st.File.About)
	}
	var line []byte
	err = eachStaged(ctx, cfg.Stage, cfg.Source.ID, st.Name, func(rec record.Staged) error {
		if rec.Deleted {
			return nil
		}
		members := membersOf(wholeRecord(rec))
		line = strconv.AppendQuote(line[:0], string(rec.Key))
		for _, name := range fields {
			line = append(append(line, ' '), members[name]...)
		}
		sum += xxhash.Sum64(line)
		return nil
	})
	return sum, err
}
