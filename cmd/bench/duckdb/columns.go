package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// records is the FROM of the customers: every member with its type, so that
// DuckDB need not look for types first.
func records(path string) string {
	return "read_json(" + quoted(path) + `, format='newline_delimited', columns={
	id: 'BIGINT', myId: 'VARCHAR', name: 'VARCHAR', vatNumber: 'VARCHAR', publicLink: 'VARCHAR',
	address: 'VARCHAR', addressStreet: 'VARCHAR', addressComplement: 'VARCHAR', addressZIP: 'VARCHAR',
	addressCity: 'VARCHAR', addressProvince: 'VARCHAR', addressCountry: 'VARCHAR',
	contactFirstName: 'VARCHAR', contactLastName: 'VARCHAR', contactPhone: 'VARCHAR', contactMobile: 'VARCHAR',
	contactEmail: 'VARCHAR', contactFax: 'VARCHAR',
	customFieldValues: 'STRUCT(label VARCHAR, "value" VARCHAR)[]',
	position: 'STRUCT(latitude DOUBLE, longitude DOUBLE)', tags: 'VARCHAR[]',
	dateCreated: 'TIMESTAMP', dateModified: 'TIMESTAMP'})`
}

// published is the FROM of a file of Ferry's.
func published(t task) string {
	if t.Format == "parquet" {
		return "read_parquet(" + quoted(t.Like) + ")"
	}
	return "read_csv(" + quoted(t.Like) + `, header=true, all_varchar=true, delim=',', quote='"', escape='"', nullstr='', allow_quoted_nulls=false, max_line_size=16000000)`
}

// columns are the names of the published columns, in their order.
func columns(ctx context.Context, db *sql.DB, t task) ([]string, error) {
	rows, err := db.QueryContext(ctx, "SELECT column_name FROM (DESCRIBE SELECT * FROM "+published(t)+")")
	if err != nil {
		return nil, fmt.Errorf("the published file cannot be read: %w", err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// firstOfLabel makes a map of the list of custom fields; of a label that comes
// twice the first counts, since a map has each key once. Of several ways to say
// it this is the one that DuckDB runs fastest.
const firstOfLabel = `map_from_entries(list_filter(customFieldValues,
	lambda x, i: list_position([y.label for y in customFieldValues], x.label) = i))`

// isText says that a member of the records is text.
func isText(name string) bool {
	switch name {
	case "myId", "name", "vatNumber", "publicLink":
		return true
	}
	return strings.HasPrefix(name, "address") || strings.HasPrefix(name, "contact")
}

// expression is how a column is made of a record, as one would write it who
// wants that column and no more.
func expression(name string) (string, error) {
	label, isCustom := strings.CutPrefix(name, "custom.")
	switch {
	case isText(name), name == "id", name == "position", name == "tags", name == "dateCreated", name == "dateModified",
		name == "position.latitude", name == "position.longitude":
		return name, nil
	case name == "dateCreated_utc", name == "dateModified_utc":
		return "NULL::TIMESTAMPTZ", nil
	case name == "custom":
		return firstOfLabel, nil
	case isCustom:
		return "list_filter(customFieldValues, lambda x: x.label = " + quoted(label) + `)[1]."value"`, nil
	case name == "_ferry_account":
		return "'synchroteam:mycompany@127.0.0.1'", nil
	case name == "_ferry_synced_at":
		return "TIMESTAMPTZ '2026-01-01 00:00:00+00'", nil
	case name == "_ferry_deleted":
		return "false", nil
	case name == "_ferry_extra":
		return "NULL::VARCHAR", nil
	}
	return "", fmt.Errorf("column %q is not known here; add it to columns.go of the yardstick", name)
}
