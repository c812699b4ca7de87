package main

import (
	"context"
	"errors"
	"time"

	"ferry/cmd/ferry/internal/job"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// Roles are how the stage names the accounts of a job.
const (
	sourceRole = "source" // that records are read from
	targetRole = "target" // that records are loaded into
)

// stageMode says how a command holds the stage.
type stageMode int

const (
	stageRead    stageMode = iota // look only
	stageWrite                    // alone; a power cut may take the last commits, which are asked again
	stageDurable                  // alone; every commit is on the disk before the call returns
)

// openStage opens the stage of a job and binds it to the account.
func openStage(ctx context.Context, j *job.Job, account record.Account, command string, mode stageMode) (*stage.Stage, error) {
	st, err := stage.Open(ctx, j.Stage, stage.Options{Job: j.Name, ReadOnly: mode == stageRead, Durable: mode == stageDurable, Command: command})
	if err != nil {
		return nil, err
	}
	if mode == stageRead {
		err = boundTo(ctx, st, j.Stage, account)
	} else {
		err = st.BindAccount(ctx, sourceRole, account)
	}
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return st, nil
}

// boundTo refuses a stage of another account.
func boundTo(ctx context.Context, st *stage.Stage, path string, account record.Account) error {
	bound, ok, err := st.Account(ctx, sourceRole)
	if err == nil && ok && bound.ID != account.ID {
		err = &stage.OtherAccountError{Path: path, Role: sourceRole, Has: bound.ID, Want: account.ID}
	}
	return err
}

// withStage is a run that works on a job's stage alone, without a request; its end
// is written into the stage.
func (a *app) withStage(ctx context.Context, path, command string, work func(st *stage.Stage, j *job.Job, l *login, run int64) error) (err error) {
	j, err := a.loadJob(path, false)
	if err != nil {
		return err
	}
	account, err := openLogin(j.Source.Login)
	if err != nil {
		return err
	}
	st, err := openStage(ctx, j, account.Account, command, stageWrite)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	run := stage.Run{Command: command, Version: readVersion(), Started: time.Now().UTC()}
	if run.ID, err = st.StartRun(ctx, run); err != nil {
		return err
	}
	err = work(st, j, account, run.ID)
	v := judge(ctx, err)
	run.Ended, run.Exit, run.Text = time.Now().UTC(), int(v.Code), v.Text
	return errors.Join(err, st.EndRun(context.WithoutCancel(ctx), run))
}
