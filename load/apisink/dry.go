package apisink

import (
	"context"

	"ferry/load"
)

// Dry is a sink that says what would be sent and sends nothing.
type Dry struct{ Target *Target }

var _ load.Sink = Dry{}

// Deeds is the target's own.
func (d Dry) Deeds(w load.Write) (load.Deeds, error) { return d.Target.Deeds(w) }

// Send gives every deed back as unsent.
func (Dry) Send(_ context.Context, deeds []load.Deed) ([]load.Result, error) {
	return unsent(deeds), nil
}
