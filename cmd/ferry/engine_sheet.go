package main

import (
	"context"
	"errors"
	"net/url"

	"ferry/cmd/ferry/internal/intake"
	"ferry/cmd/ferry/internal/job"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/sheet"
	"ferry/extract/stage"
)

// sheetName is the setting by which the source of files is told from others: the
// job's name.
const sheetName = "name"

// knowSheet makes a source that can be talked about of the files of a job: its
// account, and the columns that were listed last. Before anything was listed there
// are none.
func knowSheet(ctx context.Context, j *job.Job) error {
	j.Source.Login = job.Login{Vendor: sheet.Vendor, Spec: sheet.Spec(&sheet.Recipe{}), Values: connector.Values{sheetName: connector.NewSecret(j.Name)}}
	j.Source.Streams = []string{sheet.Stream}
	info, ok, err := listedFiles(ctx, j)
	if err == nil && ok {
		j.Source.Spec = intake.SpecOf(info.Files[0].Recipe, j.Source.Sheet.Acts())
	}
	return err
}

// listedFiles tells what the newest listing of a job keeps of its files; ok is
// false where nothing was listed yet.
func listedFiles(ctx context.Context, j *job.Job) (info intake.Info, ok bool, err error) {
	st, err := stage.Open(ctx, j.Stage, stage.Options{ReadOnly: true})
	if _, missing := errors.AsType[*stage.MissingError](err); missing {
		return info, false, nil
	}
	if _, older := errors.AsType[*stage.OlderError](err); older {
		return info, false, nil
	}
	if err != nil {
		return info, false, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	l, ok, err := st.Listing(ctx, sheetLogin(j.Source.Login).Account.ID, sheet.Stream)
	if err != nil || !ok {
		return info, false, err
	}
	info, err = intake.ReadInfo(l)
	return info, err == nil && len(info.Files) > 0, err
}

// sheetLogin is the account of a source of files. Nothing can be asked of it.
func sheetLogin(l job.Login) *login {
	name, _ := l.Values.Lookup(sheetName)
	account := record.Account{ID: sheet.Vendor + "/" + name, Vendor: sheet.Vendor, Identity: name}
	return &login{Spec: l.Spec, Values: l.Values, Account: account, Base: &url.URL{}}
}
