package filesink

import (
	"path/filepath"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"

	"ferry/extract/record"
)

// Sizes that decide where rows are handed on. They count rows and text, never
// time or memory, so that equal records give equal files.
const (
	batchRows = 4096      // rows spread before they are encoded
	batchText = 8 << 20   // or bytes of text
	groupRows = 65536     // rows of a row group
	groupText = 128 << 20 // or bytes of text
	groupWord = 2 << 20   // or values of all columns together that wait as words
	pageBytes = 128 << 10 // of a data page before compression, at most
	pagesText = 5 << 20   // of the pages in work of all columns together
	dictBytes = 256 << 10 // largest dictionary; a column that needs more goes on plain
)

// createdBy has the form that readers parse, some of which ignore the
// statistics of files whose writer they cannot make out.
const createdBy = "ferry version 1 (build arrow-go)"

// part is one Parquet file in the making, and the worker that makes it.
type part struct {
	index  int
	table  string
	schema *parquetSchema
	shred  shredder

	out       *outFile
	w         *file.Writer
	group     file.BufferedRowGroupWriter
	batch     int // rows in the shredder
	groupRows int
	groupText int

	tally tally
	wrote bool
	file  ManifestFile
}

func newPart(t Table, env environment, index int) (*part, error) {
	x := newExtractor(t, newLocalZone(env.zone))
	s, err := newParquetSchema(x.plan)
	if err != nil {
		return nil, err
	}
	p := &part{index: index, table: t.Name, schema: s}
	p.shred = shredder{x: x, leaves: s.leaves, account: []byte(env.account)}
	if env.labels {
		x.plan.askLabels()
	}
	return p, nil
}

// add spreads one record, and encodes the batch when it is full.
func (p *part) add(folder string, r *record.Staged) error {
	p.shred.x.record(r)
	p.shred.row(r)
	p.batch++
	p.tally.rows++
	if r.Deleted {
		p.tally.tombstones++
	}
	if p.batch >= batchRows || p.shred.arena.bytes >= batchText {
		return p.flush(folder)
	}
	return nil
}

// flush encodes the batch, and ends the row group when it is full.
func (p *part) flush(folder string) error {
	if p.w == nil {
		if err := p.open(folder); err != nil {
			return err
		}
	}
	if p.batch == 0 {
		return nil
	}
	if p.group == nil {
		group, err := p.w.AppendBufferedRowGroupChecked()
		if err != nil {
			return p.fault(err)
		}
		p.group = group
	}
	waiting := 0
	for i := range p.shred.leaves {
		l := &p.shred.leaves[i]
		if l.words != nil && !l.spilled {
			waiting += max(len(l.def), len(l.words.index))
			continue // for the end of the row group
		}
		if err := p.encode(i, (*leaf).write); err != nil {
			return err
		}
		l.reset()
	}
	p.groupRows += p.batch
	p.groupText += p.shred.arena.bytes
	p.batch = 0
	p.shred.arena.reset()
	if p.groupRows >= groupRows || p.groupText >= groupText || waiting >= groupWord {
		return p.endGroup()
	}
	return nil
}

// encode hands leaf number i to its column in the row group.
func (p *part) encode(i int, write func(*leaf, file.ColumnChunkWriter) error) error {
	w, err := p.group.Column(i)
	if err == nil {
		err = write(&p.shred.leaves[i], w)
	}
	return p.fault(err)
}

func (p *part) endGroup() error {
	if p.group == nil {
		return nil
	}
	for i := range p.shred.leaves {
		l := &p.shred.leaves[i]
		if l.words == nil {
			continue
		}
		if !l.spilled {
			if err := p.encode(i, (*leaf).writeWords); err != nil {
				return err
			}
			l.words.reset()
			l.reset()
		}
		l.spilled = false
	}
	err := p.group.Close()
	p.group, p.groupRows, p.groupText = nil, 0, 0
	return p.fault(err)
}

// open starts the file. Its first batch decides which columns get a dictionary.
func (p *part) open(folder string) error {
	out, err := createFile(filepath.Join(folder, partName(p.index)))
	if err != nil {
		return err
	}
	p.out = out
	props := []parquet.WriterProperty{
		parquet.WithVersion(parquet.V2_LATEST),
		parquet.WithDataPageVersion(parquet.DataPageV1),
		parquet.WithCompression(compress.Codecs.Zstd),
		parquet.WithCompressionLevel(1),
		parquet.WithDictionaryDefault(false),
		parquet.WithDictionaryPageSizeLimit(dictBytes),
		parquet.WithDataPageSize(pageSize(len(p.shred.leaves))),
		parquet.WithBatchSize(batchRows),
		parquet.WithCreatedBy(createdBy),
	}
	for i := range p.shred.leaves {
		if l := &p.shred.leaves[i]; l.repeats() {
			props = append(props, parquet.WithDictionaryFor(p.schema.paths[i], true))
			if l.physical == parquet.Types.ByteArray {
				l.gatherWords()
			}
		}
	}
	p.w, err = file.NewParquetWriterWithError(out, p.schema.root, file.WithWriterProps(parquet.NewWriterProperties(props...)))
	return p.fault(err)
}

// pageSize keeps the memory of a table with many columns in bounds.
func pageSize(leaves int) int64 {
	const least = 16 << 10
	return int64(max(least, min(pageBytes, pagesText/leaves)))
}

// end completes the file; a part that got no rows makes none, but the first.
func (p *part) end(folder string) error {
	p.tally.misfits, p.tally.labels = p.shred.x.misfits, p.shred.x.plan.labels()
	if p.tally.rows == 0 && p.index > 0 {
		return nil
	}
	if err := p.flush(folder); err != nil {
		return err
	}
	if err := p.endGroup(); err != nil {
		return err
	}
	if err := p.fault(p.w.Close()); err != nil {
		return err
	}
	out := p.out
	p.out = nil
	var err error
	p.file, err = out.finish(p.table+"/"+partName(p.index), p.tally.rows)
	p.wrote = true
	return err
}

// fault prefers the file's own error, which knows path and reason.
func (p *part) fault(err error) error {
	if err != nil && p.out != nil && p.out.err != nil {
		return p.out.err
	}
	return err
}

func (p *part) abandon() {
	if p.out != nil {
		p.out.abandon()
	}
}
