// Package extract reads the streams of a vendor account into the stage and
// says how complete they are.
//
// The flow of Run: every stream is opened (one probe page, which is kept, or
// the checkpoint of a run that stopped), the price is reported, then the
// streams are read, proven, completed with their details, and rid of what the
// vendor deleted. Everything a page brought is committed with its checkpoint,
// so a run may end anywhere and the next one asks only for what is missing.
//
// A list that is paged by numbers shifts while it is read. The rules by which
// a sweep of it is still called complete stand in proof.go, seam.go, again.go,
// census.go and, for sub-lists, detail_pages.go; they must never call a stream
// proven when a record that existed throughout may be missing.
//
// The package must never write to a vendor, know a vendor by name, or map a
// record.
package extract
