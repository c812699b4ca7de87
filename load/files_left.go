package load

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/stage"
)

// leftFiles says, a sentence each, which files of mapped records a plan leaves
// out because they are not read, could not be read, or go with no entry of the
// mapping.
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
			left = append(left, notRead(cfg.Files.Source, st))
		case rules != nil:
			text, err := unreadFiles(ctx, cfg, st, what)
			if err != nil {
				return nil, err
			}
			left = append(left, text...)
		}
	}
	return left, nil
}

// UnreadFiles says, a sentence each, which photos and attachments of a source a
// job does not read though their records are mapped. details are those that it
// names, and mapped tells the streams that its mapping reads.
func UnreadFiles(source *connector.Spec, details []string, mapped func(stream string) bool) (left []string) {
	for _, st := range source.Streams {
		if len(st.Contents()) > 0 && st.Sub != nil && mapped(st.Sub.Parent) && !slices.Contains(details, st.Name) {
			left = append(left, notRead(source, st))
		}
	}
	return left
}

func notRead(source *connector.Spec, sub *connector.Stream) string {
	return fmt.Sprintf("%s are not read: name %s under details", filesWords(source, sub), sub.Name)
}

// unreadFiles says that the files of a sub-stream were asked for and are not all
// known, because answers were errors or never came, and of how many records;
// nothing where all are. Where the source itself lists the records that have such
// files, only its certificate tells: the others are never asked.
func unreadFiles(ctx context.Context, cfg *Config, sub *connector.Stream, what string) ([]string, error) {
	all, err := cfg.Stage.Certificates(ctx, cfg.Source.ID)
	if err != nil {
		return nil, err
	}
	const again = "read again, which asks only for those"
	at := slices.IndexFunc(all, func(c stage.Certificate) bool { return c.Stream == sub.Name })
	if at >= 0 && all[at].Proof == stage.ProofNone {
		why, _, _ := strings.Cut(strings.TrimPrefix(all[at].Text, "not proven, "), ": record ")
		return []string{fmt.Sprintf("%s are not all known: %s; %s", what, why, again)}, nil
	}
	live, err := cfg.Stage.LiveCount(ctx, cfg.Source.ID, sub.Sub.Parent)
	if err != nil || live == 0 {
		return nil, err
	}
	if at < 0 {
		return []string{what + " were not read to the end yet: read them"}, nil
	}
	if len(sub.Sub.ListedBy) > 0 {
		return nil, nil
	}
	due, err := cfg.Stage.CountDue(ctx, cfg.Source.ID, sub.Sub.Parent, sub.Name, 0)
	if err != nil || due == 0 {
		return nil, err
	}
	return []string{fmt.Sprintf("%s are not all known: they were not read for %d of %d records of %s; %s", what, due, live, sub.Sub.Parent, again)}, nil
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
