package load

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ferry/extract/connector"
)

// leftFiles says, a sentence each, which files of mapped records a plan leaves
// out because they are not read, or go with no entry of the mapping.
func leftFiles(ctx context.Context, cfg *Config) (left []string, err error) {
	if cfg.Files.Source == nil {
		return nil, nil
	}
	for _, st := range cfg.Files.Source.Streams {
		contents := st.Contents()
		if len(contents) == 0 {
			continue
		}
		if st.Sub == nil {
			if rules, _ := filesParent(cfg, st.Name); rules != nil {
				left = append(left, fmt.Sprintf("%s.%s stands in the record itself and is not carried over: see to it by hand", st.Name, contents[0].Name))
			}
			continue
		}
		n, err := cfg.Stage.LiveCount(ctx, cfg.Source.ID, st.Name)
		if err != nil {
			return nil, err
		}
		rules, _ := filesParent(cfg, st.Sub.Parent)
		read := slices.Contains(cfg.Files.Details, st.Name)
		what, do := filesWords(cfg.Files.Source, st), "name "+st.Name+" under details"
		switch {
		case rules == nil && n > 0:
			left = append(left, fmt.Sprintf("%s were read (%s) and go nowhere: no entry of the mapping takes %s", what, strconv.Itoa(n), st.Sub.Parent))
		case rules != nil && !read && n > 0:
			left = append(left, fmt.Sprintf("%s are not read any more, and only the %d that were read before are looked at: %s", what, n, do))
		case rules != nil && !read:
			left = append(left, fmt.Sprintf("%s are not read: %s", what, do))
		}
	}
	return left, nil
}

// filesWords are the files of a sub-stream as people call them: "photos of jobs
// (job.photos)".
func filesWords(source *connector.Spec, sub *connector.Stream) string {
	_, own, _ := strings.Cut(sub.Name, ".")
	of := sub.Sub.Parent
	if parent, err := source.Stream(of); err == nil && parent.Label != "" {
		of = strings.ToLower(parent.Label)
	}
	return own + " of " + of + " (" + sub.Name + ")"
}
