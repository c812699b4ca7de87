package filesink

import (
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"ferry/extract/record"
)

// The columns that Ferry adds to every table, after the fields.
const (
	colAccount  = "_ferry_account"
	colSyncedAt = "_ferry_synced_at"
	colDeleted  = "_ferry_deleted"
	colExtra    = "_ferry_extra"
)

// leafSpan is a run of Parquet leaves; max is the definition level of a value
// that is there, rep the repetition level of a List's or Custom's elements.
type leafSpan struct {
	from, to int
	max, rep int16
}

// parquetSchema is the schema of a table, and its leaves still without values.
type parquetSchema struct {
	root   *schema.GroupNode
	leaves []leaf
	paths  []string // of the leaves, as Parquet names them
}

// newParquetSchema builds the schema of a plan and tells its nodes where their
// leaves stand. All columns of fields are optional.
func newParquetSchema(p *plan) (*parquetSchema, error) {
	b := &schemaBuilder{}
	var fields schema.FieldList
	for _, n := range p.row.root.kids {
		fields = append(fields, b.node(n, n.name, 0, 0))
	}
	required := parquet.Repetitions.Required
	fields = append(fields,
		b.leaf(colAccount, required, record.String, 0, 0),
		b.leaf(colSyncedAt, required, utcSibling, 0, 0),
		b.leaf(colDeleted, required, record.Boolean, 0, 0),
		b.leaf(colExtra, parquet.Repetitions.Optional, record.JSON, 1, 0))
	root, err := schema.NewGroupNode("schema", required, fields, -1)
	if err == nil {
		err = b.err
	}
	if err != nil {
		return nil, err
	}
	s := &parquetSchema{root: root, leaves: b.leaves}
	built := schema.NewSchema(root)
	for i := range s.leaves {
		s.paths = append(s.paths, built.Column(i).Path())
	}
	return s, nil
}

type schemaBuilder struct {
	leaves []leaf
	err    error
}

func (b *schemaBuilder) must(n schema.Node, err error) schema.Node {
	if err != nil && b.err == nil {
		b.err = err
	}
	return n
}

// node builds one optional column below a parent with these levels.
func (b *schemaBuilder) node(n *node, name string, def, rep int16) schema.Node {
	optional := parquet.Repetitions.Optional
	n.leaf.from, n.leaf.max, n.leaf.rep = len(b.leaves), def+1, rep
	defer func() { n.leaf.to = len(b.leaves) }()
	switch n.kind {
	case record.Object, record.File:
		var fields schema.FieldList
		for _, k := range n.kids {
			fields = append(fields, b.node(k, k.name, def+1, rep))
		}
		return b.must(schema.NewGroupNode(name, optional, fields, -1))
	case record.List:
		n.leaf.rep = rep + 1
		of := b.node(n.elem.root, "element", def+2, rep+1)
		return b.must(schema.ListOfWithName(name, of, optional, -1))
	case record.Custom:
		n.leaf.rep = rep + 1
		key := b.leaf("key", parquet.Repetitions.Required, record.String, def+2, rep+1)
		value := b.leaf("value", optional, record.String, def+3, rep+1)
		return b.must(schema.MapOf(name, key, value, optional, -1))
	default:
		return b.leaf(name, optional, n.kind, def+1, rep)
	}
}

// leaf builds one column of values.
func (b *schemaBuilder) leaf(name string, r parquet.Repetition, kind record.Kind, def, rep int16) schema.Node {
	utc := kind == utcSibling
	var logical schema.LogicalType = schema.NoLogicalType{}
	physical := parquet.Types.Int64
	switch kind {
	case record.Integer, fileBytes:
	case record.Number:
		physical = parquet.Types.Double
	case record.Boolean:
		physical = parquet.Types.Boolean
	case record.Date:
		physical, logical = parquet.Types.Int32, schema.DateLogicalType{}
	case record.Time:
		logical = schema.NewTimeLogicalType(false, schema.TimeUnitMicros)
	case record.DateTime, utcDateTime, utcSibling:
		logical = schema.NewTimestampLogicalType(utc || kind == utcDateTime, schema.TimeUnitMicros)
	default:
		physical, logical = parquet.Types.ByteArray, schema.StringLogicalType{}
	}
	b.leaves = append(b.leaves, leaf{physical: physical, maxDef: def, maxRep: rep})
	return b.must(schema.NewPrimitiveNodeLogical(name, r, logical, physical, -1, -1))
}

// manifestSchema names the columns and their types for the manifest.
func manifestSchema(p *plan) []ManifestColumn {
	var out []ManifestColumn
	for _, n := range p.row.root.kids {
		out = append(out, ManifestColumn{Name: n.name, Type: typeName(n)})
	}
	return append(out,
		ManifestColumn{Name: colAccount, Type: "string"},
		ManifestColumn{Name: colSyncedAt, Type: "timestamp[us, tz=UTC]"},
		ManifestColumn{Name: colDeleted, Type: "bool"},
		ManifestColumn{Name: colExtra, Type: "string"})
}

// typeName writes a column's type as Apache Arrow does.
func typeName(n *node) string {
	switch n.kind {
	case record.Object, record.File:
		s := "struct<"
		for i, k := range n.kids {
			if i > 0 {
				s += ", "
			}
			s += k.name + ": " + typeName(k)
		}
		return s + ">"
	case record.List:
		return "list<" + typeName(n.elem.root) + ">"
	case record.Custom:
		return "map<string, string>"
	case record.Integer, fileBytes:
		return "int64"
	case record.Number:
		return "double"
	case record.Boolean:
		return "bool"
	case record.Date:
		return "date32[day]"
	case record.Time:
		return "time64[us]"
	case record.DateTime:
		return "timestamp[us]"
	case utcDateTime, utcSibling:
		return "timestamp[us, tz=UTC]"
	default:
		return "string"
	}
}
