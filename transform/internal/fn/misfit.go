package fn

import "fmt"

// Misfit is a value that does not fit what was asked of it.
type Misfit struct {
	Value any    // as it came; for the dead letter, never for a log
	Why   string // what does not fit, without the value
	Do    string // what to do about it
}

// Error says why the value does not fit and what to do, without the value.
func (m *Misfit) Error() string {
	if m.Do == "" {
		return m.Why
	}
	return m.Why + "; " + m.Do
}

func misfit(v any, why, do string) error { return &Misfit{Value: v, Why: why, Do: do} }

// OptionError is a mistake in the options of a transform.
type OptionError struct {
	Transform string
	Option    string // yaml key; "" where the transform itself is unknown
	Why       string
	Do        string // what to write
}

// Error names transform, option and what to write.
func (e *OptionError) Error() string {
	if e.Option == "" {
		return fmt.Sprintf("as: %s: %s; %s", e.Transform, e.Why, e.Do)
	}
	return fmt.Sprintf("as: %s: option %s %s; %s", e.Transform, e.Option, e.Why, e.Do)
}
