// Package record is the vocabulary of Ferry: what a record, its key and its
// fields are. It imports nothing of ours, reads nothing and writes nothing, so
// every other package may use it.
package record

import "time"

// Key identifies a record within one stream of one account: the text of the
// spec's key fields, joined by "/" where there are several. It is never empty.
type Key string

// Record is one item of a stream as the vendor sent it.
type Record struct {
	Key  Key
	Raw  []byte // the JSON value, byte for byte as received
	Hash uint64 // xxhash64 of Raw
}

// Account is one customer's login at a vendor. Two accounts with equal ID are
// the same login; everything staged carries it.
type Account struct {
	ID       string // "synchroteam/mycompany@ws.synchroteam.com"
	Vendor   string // name of the connector spec
	Identity string // the settings marked identity, else a hash of the secret
	Host     string // host of the base URL; the port is dropped on loopback
}

// Staged is a record as the stage gives it back.
type Staged struct {
	Record
	Detail   []byte    // the detail answer that completes Raw; nil where none was read
	SyncedAt time.Time // when the content was read, UTC
	Deleted  bool      // a tombstone: the vendor no longer has it
}
