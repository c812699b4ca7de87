package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// checked is what `check` prints. Differ names the columns whose content is
// another in the published file than in the records; Unchecked those that the
// records say nothing about.
type checked struct {
	Rows      int64    `json:"rows"`      // of the published file
	Want      int64    `json:"want"`      // records
	Distinct  int64    `json:"distinct"`  // different ids in the published file
	Columns   int      `json:"columns"`   // compared
	Differ    []string `json:"differ"`    // should be empty
	Unchecked []string `json:"unchecked"` // _ferry_synced_at and its like
}

// check compares a published file with the records: number of rows, different
// ids, and for each column a checksum over (id, value).
func check(ctx context.Context, db *sql.DB, t task) (any, error) {
	names, err := columns(ctx, db, t)
	if err != nil {
		return nil, err
	}
	var c checked
	var compared, ours, theirs []string
	for _, name := range names {
		want, got, known := comparison(t, name)
		if !known {
			c.Unchecked = append(c.Unchecked, name)
			continue
		}
		compared = append(compared, name)
		ours, theirs = append(ours, want), append(theirs, got)
	}
	c.Columns = len(compared)
	want, wanted, _, err := checksums(ctx, db, records(t.Records), "id", ours)
	if err != nil {
		return nil, fmt.Errorf("reading the records: %w", err)
	}
	got, rows, distinct, err := checksums(ctx, db, published(t), "id::BIGINT", theirs)
	if err != nil {
		return nil, fmt.Errorf("reading the published file: %w", err)
	}
	c.Want, c.Rows, c.Distinct = wanted, rows, distinct
	for i, name := range compared {
		if want[i] != got[i] {
			c.Differ = append(c.Differ, name)
		}
	}
	if len(c.Differ) > 0 || c.Rows != c.Want || c.Distinct != c.Want {
		return c, fmt.Errorf("%d records, %d rows, %d ids; columns that differ: %v", c.Want, c.Rows, c.Distinct, c.Differ)
	}
	return c, nil
}

// checksums gives one a column, independent of the order of rows.
func checksums(ctx context.Context, db *sql.DB, from, id string, values []string) (sums []string, rows, distinct int64, err error) {
	var selected strings.Builder
	fmt.Fprintf(&selected, "SELECT count(*), count(DISTINCT %s)", id)
	for _, v := range values {
		fmt.Fprintf(&selected, ", bit_xor(hash(%s, %s))::VARCHAR", id, v)
	}
	sums = make([]string, len(values))
	into := []any{&rows, &distinct}
	for i := range sums {
		into = append(into, &sums[i])
	}
	err = db.QueryRowContext(ctx, selected.String()+" FROM "+from).Scan(into...)
	return sums, rows, distinct, err
}

// keptValue is the value that a label keeps: its first that is not blank, else
// its first that is not null.
func keptValue(label string) string {
	return fmt.Sprintf(`coalesce(list_filter(customFieldValues, lambda x: x.label = %[1]s AND x."value" <> '')[1]."value",
		list_filter(customFieldValues, lambda x: x.label = %[1]s AND x."value" IS NOT NULL)[1]."value")`, label)
}

// comparison gives what a column must hold, of the records, and what it does
// hold, both as text. known is false where the records do not decide.
func comparison(t task, name string) (want, got string, known bool) {
	column := named(name)
	label, isCustom := strings.CutPrefix(name, "custom.")
	switch {
	case name == "_ferry_account", name == "_ferry_synced_at", name == "_ferry_extra":
		return "", "", false
	case name == "_ferry_deleted":
		return "'false'", "lower(" + column + "::VARCHAR)", true
	case strings.HasSuffix(name, "_utc"):
		return "NULL::VARCHAR", column + "::VARCHAR", true
	case name == "id":
		return "id::VARCHAR", column + "::VARCHAR", true
	case name == "dateCreated", name == "dateModified":
		return name + "::VARCHAR", column + "::TIMESTAMP::VARCHAR", true
	case name == "position":
		return "position::VARCHAR", column + "::VARCHAR", true
	case name == "position.latitude", name == "position.longitude":
		return name + "::VARCHAR", column + "::DOUBLE::VARCHAR", true
	case name == "tags" && t.Format == "csv":
		return "tags::VARCHAR", "from_json(" + column + `, '["VARCHAR"]')::VARCHAR`, true
	case name == "tags":
		return "tags::VARCHAR", column + "::VARCHAR", true
	case name == "custom":
		return mapWanted(), mapGot(column), true
	case isCustom:
		return keptValue(quoted(label)), unguarded(column), true
	case isText(name) && t.Format == "csv":
		return name, unguarded(column), true
	case isText(name):
		return name, column, true
	}
	return "", "", false
}

// unguarded takes off the quote that keeps a spreadsheet from seeing a formula.
func unguarded(column string) string {
	return fmt.Sprintf("CASE WHEN starts_with(%[1]s, '''') THEN substr(%[1]s, 2) ELSE %[1]s END", column)
}

// mapWanted and mapGot write a map as a sorted list of label=value.
func mapWanted() string {
	return `list_sort(list_transform(list_distinct(list_transform(customFieldValues, lambda y: y.label)),
		lambda l: l || '=' || coalesce(` + keptValue("l") + `, chr(0))))::VARCHAR`
}

func mapGot(column string) string {
	return fmt.Sprintf(`list_sort(list_transform(map_entries(%s), lambda e: e.key || '=' || coalesce(e."value", chr(0))))::VARCHAR`, column)
}
