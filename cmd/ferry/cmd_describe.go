package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"ferry/extract/connector"
	"ferry/extract/strictyaml"
)

func (a *app) newDescribe() *cobra.Command {
	return &cobra.Command{
		Use:   "describe VENDOR[.STREAM]",
		Short: "Show what a vendor's API offers: streams, fields, filters, limits",
		Long: `Shows a connector spec in words: the settings of an account, the limits, and
every stream with how it is listed, how its completeness is proven, and what it
costs. With a stream, its fields with types, marks and labels, its filters and
its details.

VENDOR is the name of a shipped spec or the path of your own.`,
		Example: `  ferry describe synchroteam
  ferry describe synchroteam.job
  ferry describe synchroteam.job.report
  ferry describe ./vendor.yaml`,
		Args: takes("VENDOR"),
		RunE: func(_ *cobra.Command, args []string) error {
			spec, stream, err := findDescribed(args[0])
			if err != nil {
				return err
			}
			if stream == nil {
				a.describeVendor(spec)
				return nil
			}
			a.describeStream(spec, stream)
			return nil
		},
	}
}

// findDescribed splits VENDOR[.STREAM]; the stream is nil where none is named.
func findDescribed(arg string) (*connector.Spec, *connector.Stream, error) {
	vendor, name := arg, ""
	if connector.IsPath(arg) {
		for _, ending := range []string{".yaml.", ".yml."} {
			if at := strings.LastIndex(arg, ending); at >= 0 {
				vendor, name = arg[:at+len(ending)-1], arg[at+len(ending):]
			}
		}
	} else {
		vendor, name, _ = strings.Cut(arg, ".")
	}
	spec, err := connector.Load(vendor)
	if err != nil {
		return nil, nil, asSpecError(err)
	}
	if name == "" {
		return spec, nil, nil
	}
	stream, err := spec.Stream(name)
	if err != nil {
		return nil, nil, asSpecError(err)
	}
	return spec, stream, nil
}

// asSpecError makes whatever is wrong with a connector spec a usage error.
func asSpecError(err error) error {
	if unknown, ok := errors.AsType[*connector.UnknownError](err); ok {
		return usageError(fmt.Sprintf("unknown %s %q", unknown.What, unknown.Name), unknown.Hint)
	}
	if problems, ok := errors.AsType[*strictyaml.Problems](err); ok {
		return problems
	}
	return usageError(err.Error(), "give the name of a shipped spec ("+strings.Join(connector.Names(), ", ")+") or the path of one")
}

func (a *app) describeVendor(spec *connector.Spec) {
	s := a.screen
	s.value("%s (%s)\n", spec.Title, spec.Vendor)
	if spec.About != "" {
		s.value("%s\n", strings.TrimSpace(spec.About))
	}
	s.value("\nBase URL   %s\nLimits     %s\n", spec.BaseURL, limitsText(spec.Budget))
	s.value("\nSettings\n")
	rows := [][]string{}
	for _, set := range spec.Settings {
		rows = append(rows, []string{"  " + set.Name, settingMarks(set), orDash(set.Env), set.About})
		s.emit(map[string]any{"event": "setting", "name": set.Name, "required": set.Required, "secret": set.Secret,
			"identity": set.Identity, "env": set.Env, "default": set.Default, "about": set.About})
	}
	s.value("%s", formatTable([]string{"  name", "marks", "environment", "about"}, rows))
	s.value("\nStreams\n")
	rows = rows[:0]
	for _, st := range spec.Streams {
		rows = append(rows, []string{"  " + st.Name, st.Label, howRead(st), yesDash(st.Cursor != nil), yesDash(st.Order != nil), howDeleted(st), howWritten(st)})
		s.emit(streamEvent(st))
	}
	s.value("%s", formatTable([]string{"  name", "label", "read by", "changes", "fixed order", "deletions", "written by"}, rows))
	if len(spec.Effects) > 0 {
		s.value("\nEffects (never, unless the job's target.effects names them)\n")
		rows = rows[:0]
		for _, e := range spec.Effects {
			rows = append(rows, []string{"  " + e.Name, e.About})
			s.emit(map[string]any{"event": "effect", "name": e.Name, "about": e.About})
		}
		s.value("%s", formatTable([]string{"  name", "about"}, rows))
	}
	name := spec.Vendor
	if spec.Path != "" {
		name = relative(spec.Path)
	}
	s.value("\n`ferry describe %s.%s` shows the fields of a stream.\n", name, firstStream(spec))
}

func streamEvent(st *connector.Stream) map[string]any {
	return map[string]any{"event": "stream", "stream": st.Name, "label": st.Label, "about": st.About, "key": st.Key,
		"read_by": howRead(st), "changes": st.Cursor != nil, "order": st.Order != nil, "deletions": howDeleted(st), "fields": len(st.Fields),
		"filters": st.FilterNames(), "writes": st.Writing()}
}

// howWritten says what the vendor lets others do, in one word or two.
func howWritten(st *connector.Stream) string {
	w := st.Writes
	switch {
	case w == nil:
		return "-"
	case w.Off != "":
		return "off"
	}
	var parts []string
	for _, p := range []struct {
		can  bool
		word string
	}{{w.Upsert != nil, "upsert"}, {w.Create != nil, "create"}, {w.Update != nil, "update"}, {w.Delete != nil, "delete"}, {len(w.Actions) > 0, "actions"}} {
		if p.can {
			parts = append(parts, p.word)
		}
	}
	return orDash(strings.Join(parts, ", "))
}

func yesDash(yes bool) string {
	if yes {
		return "yes"
	}
	return "-"
}

func firstStream(spec *connector.Spec) string {
	if len(spec.Streams) == 0 {
		return "STREAM"
	}
	return spec.Streams[0].Name
}

func limitsText(b connector.Budget) string {
	var parts []string
	if !b.Rate.IsZero() {
		parts = append(parts, b.Rate.String())
	}
	if !b.Quota.IsZero() {
		parts = append(parts, b.Quota.String())
	}
	if len(parts) == 0 {
		return "none known"
	}
	by := "key"
	if b.PerIP {
		by = "IP address"
	}
	said := "not announced in headers"
	if len(b.Headers) > 0 {
		said = "announced in headers"
	}
	return strings.Join(parts, ", ") + " per " + by + ", " + said
}

func settingMarks(s connector.Setting) string {
	var marks []string
	for _, m := range []struct {
		on   bool
		name string
	}{{s.Required, "required"}, {s.Secret, "secret"}, {s.Identity, "identity"}, {s.Zone, "time zone"}} {
		if m.on {
			marks = append(marks, m.name)
		}
	}
	if s.Default != "" {
		marks = append(marks, "default "+s.Default)
	}
	return orDash(strings.Join(marks, ", "))
}

// howRead says where a stream's records come from.
func howRead(st *connector.Stream) string {
	switch {
	case st.Sub != nil:
		return "one call a " + st.Sub.Parent
	case st.List == nil && st.Get != nil:
		return "by key only"
	case st.List == nil:
		return "-"
	case st.List.Paging.Kind == connector.PageNone:
		return "one answer"
	}
	return "pages"
}

func howDeleted(st *connector.Stream) string {
	switch {
	case st.Deleted != nil:
		return "listed"
	case st.List != nil:
		return "by sweep"
	}
	return "-"
}

func (a *app) describeStream(spec *connector.Spec, st *connector.Stream) {
	s := a.screen
	s.emit(streamEvent(st))
	s.value("%s.%s: %s\n", spec.Vendor, st.Name, orDash(st.Label))
	if st.About != "" {
		s.value("%s\n", strings.TrimSpace(st.About))
	}
	s.value("\nKey      %s\n", orDash(strings.Join(st.Key, ", ")))
	if details := detailsOf(spec, st); len(details) > 0 {
		s.value("Details  %s\n", strings.Join(details, ", "))
	}
	for _, line := range st.Reading() {
		s.value("%s\n", line)
	}
	rows := a.fieldRows(st)
	s.value("\nFields\n%s", formatTable([]string{"  name", "type", "marks", "label", "about"}, rows))
	a.describeWrites(st)
	if len(st.Filters) == 0 {
		return
	}
	rows = [][]string{}
	for _, f := range st.Filters {
		rows = append(rows, []string{"  " + f.Param, connector.FilterType(f), f.About})
		s.emit(map[string]any{"event": "filter", "stream": st.Name, "name": f.Param, "type": connector.FilterType(f),
			"enum": f.Enum, "needs": f.Needs, "about": f.About})
	}
	s.value("\nFilters (job file: source.filters.%s)\n%s", st.Name, formatTable([]string{"  name", "takes", "about"}, rows))
}

// describeWrites says what can be written, and lists the fields that only writes
// know.
func (a *app) describeWrites(st *connector.Stream) {
	a.screen.value("\nWriting\n")
	for _, line := range st.Writing() {
		a.screen.value("  %s\n", line)
	}
	if st.Writes == nil {
		return
	}
	known := map[string]bool{}
	for _, f := range connector.Flatten(st.Fields) {
		known[f.Path] = true
	}
	var rows [][]string
	for _, f := range connector.Flatten(st.Writes.Fields) {
		if !known[f.Path] {
			rows = append(rows, []string{"  " + f.Path, connector.TypeName(f.Field), orDash(strings.Join(st.Marks(f), ", ")), f.Field.Label, f.Field.About})
		}
	}
	if len(rows) > 0 {
		a.screen.value("\nFields that are only written\n%s", formatTable([]string{"  name", "type", "marks", "label", "about"}, rows))
	}
}

func detailsOf(spec *connector.Spec, st *connector.Stream) []string {
	var out []string
	if st.Detail != nil {
		out = append(out, st.Name)
	}
	for _, sub := range spec.Subs(st.Name) {
		out = append(out, sub.Name)
	}
	return out
}

// fieldRows lists fields, those inside objects and lists below them.
func (a *app) fieldRows(st *connector.Stream) [][]string {
	var rows [][]string
	for _, f := range connector.Flatten(st.Fields) {
		marks := st.Marks(f)
		a.screen.emit(map[string]any{"event": "field", "stream": st.Name, "name": f.Path,
			"type": connector.TypeName(f.Field), "marks": marks, "label": f.Field.Label, "enum": f.Field.Enum,
			"about": f.Field.About})
		about := f.Field.About
		if len(f.Field.Enum) > 0 {
			about = strings.TrimSpace(about + " (" + strings.Join(f.Field.Enum, ", ") + ")")
		}
		rows = append(rows, []string{"  " + f.Path, connector.TypeName(f.Field), orDash(strings.Join(marks, ", ")),
			f.Field.Label, about})
	}
	return rows
}
