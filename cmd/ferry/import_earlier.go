package main

import (
	"context"
	"errors"
	"net/url"
	"slices"

	"ferry/cmd/ferry/internal/intake"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// A check answers a file without loading anything. Rows that an import of before has
// loaded keep their links then, and the marks that they are done: what is known of
// them stands in the stage of the job, which a check only reads.

// earlier gives the account that rows go into, "" not known, and where the records
// are that earlier imports of the job made there; nil where nothing is known of them.
// l is what reads the stage already, nil nothing does.
func (im *importer) earlier(ctx context.Context, l *loader) (account string, outcomes *intake.Outcomes, err error) {
	if l != nil {
		outcomes, err = l.earlierOutcomes(ctx)
		return l.line.Account.ID, outcomes, err
	}
	target, err := openLogin(im.job.Target.Login)
	if err != nil || lacks(target) {
		target = nil
	} else {
		account = target.Account.ID
	}
	known := &loader{app: im.app, job: im.job, source: sheetLogin(im.job.Source.Login)}
	if known.stage, err = openStage(ctx, im.job, known.source.Account, "import", stageRead); err == nil {
		defer func() { _ = known.stage.Close() }() // it was only read
		target, err = known.stageTarget(ctx, target)
	}
	if err == nil && target != nil {
		account, known.line = target.Account.ID, &line{login: target}
		if !lacksIdentity(target) { // else its pages have no address
			outcomes, err = known.earlierOutcomes(ctx)
		}
	}
	if _, none := errors.AsType[*stage.MissingError](err); none || err == nil || ctx.Err() != nil {
		return account, outcomes, ctx.Err()
	}
	im.app.screen.warn("the records of earlier imports could not be looked up (%v): the answered file has no links to them", err)
	return account, nil, nil
}

// lacks tells whether settings are missing that the vendor cannot do without.
func lacks(l *login) bool {
	return slices.ContainsFunc(l.Spec.Settings, func(s connector.Setting) bool { return s.Required && !l.has(s.Name) })
}

func lacksIdentity(l *login) bool {
	return slices.ContainsFunc(l.Spec.Settings, func(s connector.Setting) bool { return s.Identity && !l.has(s.Name) })
}

func (l *login) has(setting string) bool {
	text, ok := l.Values.Lookup(setting)
	return ok && text != ""
}

// stageTarget gives the account that the stage was loaded into: target, where it is
// that one; where target is nil, what the stage knows of it. It is nil where there is
// no such account.
func (l *loader) stageTarget(ctx context.Context, target *login) (*login, error) {
	bound, ok, err := l.stage.Account(ctx, targetRole)
	switch {
	case err != nil || !ok:
		return nil, err
	case target == nil:
		return boundLogin(l.job.Target.Spec, bound), nil
	case bound.ID != target.Account.ID:
		return nil, nil
	}
	return target, nil
}

// boundLogin is an account of which only the name is known, which is the one setting
// that identifies it; of several none is known.
func boundLogin(spec *connector.Spec, account record.Account) *login {
	l := &login{Spec: spec, Account: account, Values: connector.Values{}}
	var names []string
	for _, s := range spec.Settings {
		if s.Identity {
			names = append(names, s.Name)
		}
	}
	if text, err := url.PathUnescape(account.Identity); err == nil && len(names) == 1 {
		l.Values[names[0]] = connector.NewSecret(text)
	}
	return l
}
