package stage

import "database/sql"

// sourceRow is a source record as it stands in its chunk.
type sourceRow struct {
	key string
	raw []byte
}

// sources reads the source records of a mapped chunk by their places; none where
// their chunk was rewritten or dropped since.
func (v *mappedView) sources(h *mappedHead) (map[int]sourceRow, error) {
	var row *chunkRow
	err := v.each(chunkColumns+"WHERE c.id = ?", func(rows *sql.Rows) error {
		c, err := scanChunk(rows)
		row = &c
		return err
	}, h.source)
	if err != nil || row == nil {
		return nil, err
	}
	if v.origin == nil {
		v.origin = NewDecoder()
	}
	if err := v.origin.unpack(row, &v.origin.body); err != nil {
		return nil, corrupt(v.s.path, row.id, err)
	}
	var r indexReader
	if err := r.open(row.index, row.size); err != nil {
		return nil, corrupt(v.s.path, row.id, err)
	}
	found := make(map[int]sourceRow, row.rows)
	for pos := 0; r.more(); pos++ {
		rec, err := r.next()
		if err != nil {
			return nil, corrupt(v.s.path, row.id, err)
		}
		found[pos] = sourceRow{rec.key, v.origin.body[rec.offset : rec.offset+rec.length : rec.offset+rec.length]}
	}
	return found, nil
}
