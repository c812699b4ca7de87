// Package apisink writes to a vendor's API, and reads single records of it, as
// the connector spec says: load.Sink and load.Reader over one api.Client.
//
// It turns a write into deeds (one request each, or a record's part in one),
// sends them, and judges the answers. It must never send an effect that the job
// does not allow by name, never send the same deed twice by itself unless that
// surely does no harm, never pair answers with records by position, and never
// let the content of a record into an error, a log line or a label.
//
// Of an update, objects that hold an id name another record and are sent as they
// were mapped; all other objects are sent whole, what was not mapped in them as
// the target has it, because vendors replace such objects as one.
package apisink
