package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// desk is a loader with a waiting plan in a stage, and a person who types.
func waitingDesk(t *testing.T, typed string, terminal bool) (*loader, *stage.Plan, *bytes.Buffer) {
	t.Helper()
	ctx := context.Background()
	st, err := stage.Open(ctx, filepath.Join(t.TempDir(), "j.stage"), stage.Options{Job: "j"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	source := record.Account{ID: "synchroteam/a@h", Vendor: "synchroteam", Identity: "a", Host: "h"}
	target := record.Account{ID: "syncro/acme@h", Vendor: "syncro", Identity: "acme", Host: "h"}
	require.NoError(t, st.BindAccount(ctx, sourceRole, source))
	require.NoError(t, st.BindAccount(ctx, targetRole, target))
	plan := stage.Plan{Kind: stage.PlanLoad, Made: time.Now().UTC(), Source: source.ID, Target: target.ID}
	draft, err := st.BeginPlan(ctx, plan)
	require.NoError(t, err)
	plan, err = draft.Publish(ctx, plan)
	require.NoError(t, err)
	require.NoError(t, draft.Close())
	spec, err := connector.Load("syncro")
	require.NoError(t, err)
	var said bytes.Buffer
	a := &app{streams: streams{In: strings.NewReader(typed), Out: &bytes.Buffer{}, Err: &said, InTerm: terminal}}
	a.screen = newScreen(a.streams)
	return &loader{app: a, stage: st, line: &line{login: &login{Spec: spec, Account: target}}}, &plan, &said
}

func TestAPlanIsApprovedByNamingTheAccount(t *testing.T) {
	for _, c := range []struct {
		name, typed string
		terminal    bool
		o           approval
		allow       []string
		by          string // "" it waits
		why         string
	}{
		{"typed", "acme\n", true, approval{Ask: true}, nil, "typed at the terminal", ""},
		{"another account typed", "acme2\n", true, approval{Ask: true}, nil, "", "was not approved"},
		{"nothing typed", "", true, approval{Ask: true}, nil, "", "was not approved"},
		{"y is not enough", "y\n", true, approval{Ask: true}, nil, "", "was not approved"},
		{"nobody to ask", "acme\n", false, approval{Ask: true}, nil, "", "waits for approval"},
		{"must not ask", "acme\n", true, approval{}, nil, "", "waits for approval"},
		{"yes", "", false, approval{By: "--yes"}, nil, "--yes", ""},
		{"yes is not final", "", false, approval{By: "--yes", Needs: []string{allowFinal}}, nil, "", "cannot be undone"},
		{"yes is not deletes", "", true, approval{By: "--yes", Ask: true, Needs: []string{allowDeletes}}, nil, "", "would be deleted"},
		{"yes and final", "", false, approval{By: "--yes", Needs: []string{allowFinal}}, []string{allowFinal}, "--yes", ""},
		{"final typed too", "acme\nfinal\n", true, approval{Ask: true, Needs: []string{allowFinal}}, nil, "typed at the terminal", ""},
		{"final not typed", "acme\nyes\n", true, approval{Ask: true, Needs: []string{allowFinal}}, nil, "", "was not approved"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, p, said := waitingDesk(t, c.typed, c.terminal)
			l.cfg.Allow = c.allow
			c.o.Next = "ferry apply j.yaml"
			err := l.approve(context.Background(), p, c.o)
			kept, ok, stageErr := l.stage.Plan(context.Background(), p.ID)
			require.NoError(t, stageErr)
			require.True(t, ok)
			if c.by == "" {
				require.ErrorContains(t, err, c.why)
				assert.Equal(t, exitWaiting, judge(context.Background(), err).Code)
				assert.Contains(t, judge(context.Background(), err).Hint, "ferry apply j.yaml")
				assert.Equal(t, stage.PlanWaiting, kept.State)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, stage.PlanApproved, kept.State)
			assert.Equal(t, c.by, kept.By)
			if c.terminal && c.o.By == "" {
				assert.Contains(t, said.String(), "Type acme")
			}
			for _, n := range c.o.Needs {
				assert.Contains(t, l.cfg.Allow, n)
			}
		})
	}
}

func TestAPlanThatWasApprovedIsGoneOnWith(t *testing.T) {
	l, p, _ := waitingDesk(t, "", false)
	p.State = stage.PlanApproved
	require.NoError(t, l.approve(context.Background(), p, approval{Needs: []string{allowFinal}}))
	assert.Equal(t, []string{allowFinal}, l.cfg.Allow, "it was allowed when it was approved")
}

func TestTheWordIsTheVendorWhereTheAccountHasNoName(t *testing.T) {
	spec, err := connector.Load("customerly")
	require.NoError(t, err)
	assert.Equal(t, "customerly", approvalWord(&login{Spec: spec, Account: record.Account{Vendor: "customerly", Identity: "0123456789ab"}}))
}
