package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/extract/strictyaml"
	"ferry/load/filesink"
)

func (a *app) newExplain() *cobra.Command {
	return &cobra.Command{
		Use:   "explain JOB STREAM KEY",
		Short: "Follow one record through every step",
		Long: `Shows where one staged record came from (run, sweep, page, chunk), its details, and
every column it has in the export, with the value as the vendor sent it; what the
mapping made of it, what the plan decides, the target's record that it is, and
every request that was made for it with the target's answer. Fields that the spec
marks as secret are masked. No request is made.

STREAM is one of the source, or one of the mapping. Of an imported file KEY may be the
number of a row: shown are its cells as they stand in the file, and what is wrong in
them, also of a row that was held back.`,
		Example: `  ferry explain nightly.yaml customer 4711
  ferry explain nightly.yaml job.report 4711/2
  ferry explain import.yaml rows 15               row 15 of an imported file
  ferry explain import.yaml customers 1004         the row whose key is 1004`,
		Args: takes("JOB", "STREAM", "KEY"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.explainRun(cmd.Context(), args[0], args[1], record.Key(args[2]))
		},
	}
}

func (a *app) explainRun(ctx context.Context, path, stream string, key record.Key) (err error) {
	j, st, account, err := a.openForLooking(ctx, path, "explain")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if stream, err = streamBehind(ctx, st, account, stream); err != nil {
		return err
	}
	if ok, err := a.explainRow(ctx, j, st, account.Account.ID, string(key)); ok || err != nil {
		return err
	}
	s, err := account.Spec.Stream(stream)
	if err != nil {
		return err
	}
	r, from, ok, err := st.Record(ctx, account.Account.ID, stream, key)
	if err != nil {
		return err
	}
	if !ok {
		return failure(fmt.Errorf("no record %s of %s is staged", key, stream),
			"`ferry profile` shows which keys look how; `ferry run` reads what is new")
	}
	if err := a.printOrigin(ctx, st, r, from); err != nil {
		return err
	}
	if err := a.printColumns(s, r, "as the vendor sent it"); err != nil {
		return err
	}
	if err := a.printMapped(ctx, st, account.Account.ID, stream, key); err != nil {
		return err
	}
	if err := a.printLoaded(ctx, st, j, account.Account.ID, stream, key); err != nil {
		return err
	}
	if j.Export != nil {
		if dir, err := filesink.Latest(j.Export.Dir, j.Name); err == nil {
			a.screen.value("\nNewest set  %s\n", relative(dir))
			a.screen.emit(map[string]any{"event": "set", "path": dir})
		}
	}
	return nil
}

// streamBehind gives the stream of the source that a name means: its own, or that of
// which a stream of the mapping is made.
func streamBehind(ctx context.Context, st *stage.Stage, account *login, name string) (string, error) {
	known := account.Spec.StreamNames()
	if slices.Contains(known, name) {
		return name, nil
	}
	g, _, err := st.Generations(ctx, account.Account.ID)
	if err != nil {
		return "", err
	}
	if g != nil {
		for _, e := range g.Entries {
			if e.Name == name {
				return e.Source, nil
			}
			known = append(known, e.Name)
		}
	}
	return "", usageError(fmt.Sprintf("%s has no stream %q", account.Spec.Vendor, name), strictyaml.Suggest(name, known))
}

func (a *app) printOrigin(ctx context.Context, st *stage.Stage, r record.Staged, from stage.Provenance) error {
	run, _, err := st.Run(ctx, from.Run)
	if err != nil {
		return err
	}
	now, state := time.Now(), "live"
	if r.Deleted {
		state = "tombstone: the vendor no longer has it, found " + moment(from.DeletedAt, now)
	}
	s := a.screen
	s.value("Record   %s, %s, hash %016x\n", r.Key, state, r.Hash)
	if run.ID > 0 {
		s.value("Run      %d (%s), started %s\n", run.ID, run.Command, moment(run.Started, now))
	}
	s.value("Sweep    %d, %s, attempt %d, started %s\n", from.Sweep.ID, from.Sweep.Kind, from.Sweep.Attempt, moment(from.Sweep.Started, now))
	variant := ""
	if from.Page.Variant != "" {
		variant = " of list " + from.Page.Variant
	}
	s.value("Page     %d%s, read %s\n", from.Page.Number, variant, moment(from.ReadAt, now))
	s.value("Chunk    %d, bytes %s to %s\n", from.Chunk, count(from.Offset), count(from.Offset+from.Length))
	for _, d := range from.Details {
		name := d.Sub
		if name == "" {
			name = "the record itself"
		}
		what := plural(d.Records, "record")
		if d.Missing {
			what = "the vendor says there is none"
		}
		s.value("Detail   %s: %s, read %s\n", name, what, moment(d.ReadAt, now))
	}
	s.emit(map[string]any{"event": "record", "key": r.Key, "deleted": r.Deleted, "hash": fmt.Sprintf("%016x", r.Hash),
		"run": run.ID, "sweep": from.Sweep.ID, "kind": from.Sweep.Kind, "attempt": from.Sweep.Attempt,
		"page": from.Page.Number, "variant": from.Page.Variant, "read_at": from.ReadAt, "chunk": from.Chunk,
		"offset": from.Offset, "length": from.Length, "details": len(from.Details)})
	return nil
}

// printColumns shows the value of every field of the spec, and what the spec
// does not name, under a title that says where the values are from.
func (a *app) printColumns(s *connector.Stream, r record.Staged, title string) error {
	members, err := r.Members()
	if err != nil {
		return failure(err, "")
	}
	secret := secretFields(s.Fields)
	var rows [][]string
	add := func(name, kind string, v any, there bool) {
		text := "(not sent)"
		if there {
			text = valueText(v)
		}
		if secret[name] && there {
			text = "[secret]"
		}
		rows = append(rows, []string{"  " + name, kind, text})
		a.screen.emit(map[string]any{"event": "column", "name": name, "type": kind, "value": text, "sent": there})
	}
	known := map[string]bool{}
	for _, f := range s.Fields {
		name := f.Name
		for _, alias := range append([]string{f.Name}, f.Aliases...) {
			known[alias] = true
			if _, ok := members[alias]; ok {
				name = alias
			}
		}
		v, there := members[name]
		add(f.Name, connector.TypeName(f), masked(f, v), there)
	}
	for name, v := range members {
		if !known[name] {
			add(name, "not in the spec: _ferry_extra", v, true)
		}
	}
	a.screen.value("\n")
	if !a.flags.JSON {
		a.screen.asked([]string{"  column", "type", title}, rows)
	}
	return nil
}

// masked replaces the secret fields inside a value.
func masked(f record.Field, v any) any {
	if f.Secret && v != nil {
		return "[secret]"
	}
	switch v := v.(type) {
	case map[string]any:
		for _, inner := range f.Fields {
			if value, ok := v[inner.Name]; ok {
				v[inner.Name] = masked(inner, value)
			}
		}
	case []any:
		for i := range v {
			if f.Of != nil {
				v[i] = masked(*f.Of, v[i])
			}
		}
	}
	return v
}

func valueText(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return "?"
	}
	return string(text)
}

// printMapped shows what the mapping made of the record.
func (a *app) printMapped(ctx context.Context, st *stage.Stage, account, stream string, key record.Key) error {
	rows, err := mappedOf(ctx, st, account, stream, key)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		row := rows[name]
		a.screen.value("\nMapped   %s: %s", name, binWords[row.Bin])
		switch row.Bin {
		case stage.BinMapped:
			a.screen.value("\n  %s", row.JSON)
		case stage.BinSkipped:
			a.screen.value(", %s", row.Reason)
		case stage.BinDead, stage.BinHeld:
			for _, k := range kindsOf(&row) {
				a.screen.value("\n  %s: %s\n  -> %s", k.field, k.reason, k.do)
			}
		}
		a.screen.value("\n")
		a.screen.emit(map[string]any{"event": "mapped", "stream": name, "bin": binWords[row.Bin], "reason": reasonOf(&row), "record": json.RawMessage(orNull(row.JSON))})
	}
	return nil
}

func orNull(raw []byte) []byte {
	if len(raw) == 0 {
		return []byte("null")
	}
	return raw
}

// reasonOf is why a record was not mapped, "" where it was.
func reasonOf(row *stage.MappedRow) string {
	if row.Bin != stage.BinDead && row.Bin != stage.BinHeld {
		return row.Reason
	}
	var parts []string
	for _, k := range kindsOf(row) {
		parts = append(parts, strings.TrimPrefix(k.field+": "+k.reason, ": "))
	}
	return strings.Join(parts, "; ")
}
