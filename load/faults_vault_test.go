package load_test

import (
	"encoding/json"

	"ferry/samples/vendorsim"
)

// vault is what a vendor really holds and what requests really did: the truth
// that the ledger is held against.
type vault interface {
	// made are the records that requests created, also those that are gone.
	made(stream string) []madeRecord
	// now are the live records by id.
	now(stream string) map[string]fields
}

// madeRecord is a record that a request created; of one that the vendor made of
// several requests, what each of them sent.
type madeRecord struct {
	id   string
	sent []fields
	live bool
}

func (v *target) made(stream string) (out []madeRecord) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for id, r := range v.store[stream] {
		if r.sent != nil {
			out = append(out, madeRecord{itoa(id), r.sent, !r.gone})
		}
	}
	return out
}

func (v *target) now(stream string) map[string]fields {
	out := map[string]fields{}
	for id, f := range v.live(stream) {
		out[itoa(id)] = f
	}
	return out
}

// simVault is the truth about a simulated vendor.
type simVault struct {
	written  func(stream string) []vendorsim.Write
	snapshot func(stream string) map[string]string
}

func (v simVault) made(stream string) (out []madeRecord) {
	live := v.snapshot(stream)
	for _, w := range v.written(stream) {
		if w.Verb == "create" && w.Part == "" {
			_, there := live[w.ID]
			out = append(out, madeRecord{w.ID, []fields{w.Fields}, there})
		}
	}
	return out
}

func (v simVault) now(stream string) map[string]fields {
	out := map[string]fields{}
	for id, text := range v.snapshot(stream) {
		var f fields
		if json.Unmarshal([]byte(text), &f) == nil {
			out[id] = f
		}
	}
	return out
}
