// Package budget decides when a request may be sent: rate windows, daily
// quotas, the reserve for imports, and the usage file, a SQLite ledger that
// all processes of one user share, so that two runs on one API key spend one
// allowance.
//
// A take is written to the ledger before the call it is for. What the vendor
// announces in its answers is written beside it, and every process reads both
// before the next take.
//
// It must never make a request, read an environment variable, keep a secret
// (keys arrive hashed), or let a request go that the ledger does not know.
package budget
