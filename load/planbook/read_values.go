package planbook

import (
	"context"
	"errors"
	"slices"
	"strings"

	"ferry/load"
)

// Settle puts the target's keys and values in the place of what people wrote: a
// key, a name that only one record has, or a line of the drop-down. A decision
// that names something the target does not have is a *Problem, all of them
// joined. What is not found in the stage is looked for in the target once more:
// people may have added it since the plan was made.
func (a *Answers) Settle(ctx context.Context, cfg load.Config) error {
	missing, err := a.settle(ctx, cfg)
	if err == nil || len(missing) == 0 || cfg.Refresh == nil {
		return err
	}
	if _, err := cfg.Refresh(ctx, missing); err != nil {
		return err
	}
	_, err = a.settle(ctx, cfg)
	return err
}

// settle does it with what the stage has; missing are the streams that lack
// something.
func (a *Answers) settle(ctx context.Context, cfg load.Config) (missing []string, err error) {
	var problems []error
	lists := map[[2]string]*load.ValueList{}
	for i := range a.Decisions.Values {
		v := &a.Decisions.Values[i]
		field := [2]string{v.Entry, v.Field}
		list, have := lists[field]
		if !have {
			if list, err = load.ReadValues(ctx, cfg, v.Entry, v.Field); err != nil {
				return nil, err
			}
			lists[field] = list
		}
		if list == nil {
			continue
		}
		at := a.valueCells[*v]
		to, err := list.Find(v.To)
		if err != nil {
			sheet, cell, _ := strings.Cut(at, "!")
			problems = append(problems, &Problem{Sheet: sheet, Cell: cell, Text: err.Error()})
			missing = append(missing, list.Stream)
			continue
		}
		delete(a.valueCells, *v)
		v.To = to
		a.valueCells[*v] = at
	}
	slices.Sort(missing)
	return slices.Compact(missing), errors.Join(problems...)
}
