// Package api is the HTTP client for vendor APIs: it signs requests, spends
// the budget, decides what every answer means, tries again what may be tried
// again, and cuts pages into raw records.
//
// One Client serves one account. Layers, from the outside in: the latch that a
// refused credential or a whole outage closes for good, the retry loop, the
// breaker that lets single probes through while everything fails, the budget
// (one ticket for each attempt, retries and redirects too), the signature, the
// transport.
//
// It must never touch the stage, know a vendor by name, send anything to
// another host than the account's, let an attempt go without a ticket, or put
// a secret, a setting's value or a record's content into an error.
package api
