package main

import (
	"context"
	"errors"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// readParquet reads the first rows of a Parquet file as text: its first plain
// columns, for people to look at.
func readParquet(ctx context.Context, path string, most int) (head []string, rows [][]string, err error) {
	const mostColumns, widest = 6, 24
	f, err := file.OpenParquetFile(path, false)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	reader, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{BatchSize: int64(most)}, memory.DefaultAllocator)
	if err != nil {
		return nil, nil, err
	}
	batches, err := reader.GetRecordReader(ctx, nil, nil)
	if err != nil {
		return nil, nil, err
	}
	defer batches.Release()
	if !batches.Next() {
		return nil, nil, batches.Err()
	}
	batch := batches.RecordBatch()
	n := min(int(batch.NumRows()), most)
	rows = make([][]string, n)
	for i, field := range batch.Schema().Fields() {
		if len(head) == mostColumns || strings.HasPrefix(field.Name, "_ferry") || arrow.IsNested(field.Type.ID()) {
			continue
		}
		head = append(head, field.Name)
		for r := range n {
			rows[r] = append(rows[r], shortText(batch.Column(i), r, widest))
		}
	}
	return head, rows, nil
}

// shortText is a value on one line, cut where it is long.
func shortText(column arrow.Array, row, widest int) string {
	text := strings.Join(strings.Fields(column.ValueStr(row)), " ")
	if column.IsNull(row) || text == array.NullValueStr {
		return "-"
	}
	if r := []rune(text); len(r) > widest {
		return string(r[:widest-3]) + "..."
	}
	return text
}
