// Package transform applies a mapping to the staged records: Run turns each into
// a mapped record or a dead letter, skips it or holds it, and says how many there
// are of each. It must never make a request, change a staged record, or let half
// of a new mapping be seen.
//
// The unit of work is the chunk, in which records are staged. For every entry of
// the mapping, what became of one source chunk is one mapped chunk, which notes
// the chunk's id and the hash of the rules and their lookups. A run lists the ids
// and the live records of all source chunks without reading any, and maps only
// what no such note covers. A record that changed stands in a new chunk; in the
// old one its place is dead, which needs one byte of a state kept a generation and
// no mapping. A chunk that repacking rewrote loses its note. Where details or
// joined streams changed at all, chunks are read and the hashes of their records
// compared, and those that differ are mapped again into a chunk laid over the
// first. All of it is a draft that one commit makes visible; what a killed run put
// in the draft is found and kept by the next. After mapping, what ref() names is
// looked up among all mapped keys; without a parent a record is a dead letter
// until the parent comes, and so in turn for what refers to it.
package transform
