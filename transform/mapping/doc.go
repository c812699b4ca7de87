// Package mapping is the language of mapping files: how records of one vendor
// become records of another. It reads a file (Parse), checks it against the
// connector specs of both sides (Check), compiles it (File.Compile) and applies
// it to one record at a time (Worker.Apply).
//
// It must never make a request, read the stage, look at a clock or roll a die:
// the same record and the same file give the same bytes on every machine. The
// only files it opens are the mapping and the lookup files beside it.
//
// A mapped record is a JSON object in the order of the target's fields. A field
// that came out blank is left out, or is null where its rule says `blank: clear`,
// or where the field under `from` holds the word that the rule gives as `clear`.
// Custom fields are one object by label under the target's custom field. Three
// markers stand for values that only the load can know:
//
//	{"$ref":{"stream":"customers","key":"123"}}            the target key of a mapped record
//	{"$find":{"stream":"users","by":{"name":"Ann"}}}       a record the target already has
//	{"$placeholder":"Former technician"}                   a stand-in until somebody chooses
//
// Beside what DESIGN shows, a file has leave: and leave_target: (a field, or at
// the top of the file a stream, with the reason why it is left out; Program.Gaps
// lists what is in neither), remark: for people, and want: skip or reject in a
// test, and reference: the target field whose first line tells of which source
// record a target record came (no two records have the same there), so that the
// load can ask the target for it. Within `each` the names are those of the element; `item` is the element
// itself and `record` the record that holds the list. A blank value passes value
// maps, lookups and transforms unchanged, except where a value map names "". A
// condition in where that comes out null skips the record and says so.
//
// "key" is the source key as the stage writes it: the key fields joined by "/".
// Where a rule says `find(...) ?? placeholder(...)` or `ref(...) ?? placeholder(...)`
// the marker also holds "placeholder". `set:`, `blank:` and `by:` are the same for
// every record and are read from Program.
package mapping
