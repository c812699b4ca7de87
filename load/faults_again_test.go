package load_test

import (
	"context"
	"fmt"
	"math/big"
	"strings"

	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
)

// alike compares values as a person would: numbers by value, texts but for case,
// nothing with nothing.
func alike(a, b any) bool {
	if none(a) && none(b) {
		return true
	}
	x, y := fmt.Sprint(a), fmt.Sprint(b)
	if n, ok := new(big.Rat).SetString(x); ok {
		m, also := new(big.Rat).SetString(y)
		return also && n.Cmp(m) == 0
	}
	return strings.EqualFold(x, y)
}

func none(v any) bool { return v == nil || v == "" || v == false }

// again lets the vendor be good and loads a second time: what was done is not
// touched any more.
func (s *scene) again(p stage.Plan) stage.Plan {
	s.t.Helper()
	if s.target != nil {
		s.target.mu.Lock()
		s.target.script = nil
		s.target.mu.Unlock()
	}
	done := map[string]bool{}
	for i, e := range p.Entries {
		require.NoError(s.t, s.stage.Items(context.Background(), p.ID, i, stage.ItemQuery{}, func(it *stage.Item) error {
			if it.Bin == stage.LoadCreated || it.Bin == stage.LoadUpdated || it.Bin == stage.LoadUnchanged {
				done[e.Name+" "+string(it.Key)] = len(it.Why) == 0
			}
			return nil
		}))
	}
	next, _ := s.do()
	for i, e := range next.Entries {
		require.NoError(s.t, s.stage.Items(context.Background(), next.ID, i, stage.ItemQuery{}, func(it *stage.Item) error {
			if id := e.Name + " " + string(it.Key); done[id] {
				require.Containsf(s.t, []stage.Action{stage.ActUnchanged, stage.ActHeld}, it.Action, "%s was done, and a second plan touches it: %s", id, it.Note)
			}
			return nil
		}))
	}
	s.judge(next)
	return next
}
