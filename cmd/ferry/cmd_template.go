package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ferry/cmd/ferry/internal/job"
	"ferry/extract/connector"
	"ferry/extract/sheet"
	"ferry/load/answer"
)

// templateOptions are the flags of `ferry template`.
type templateOptions struct {
	Out     string
	Offline bool
	BaseURL string
}

func (a *app) newTemplate() *cobra.Command {
	var o templateOptions
	cmd := &cobra.Command{
		Use:   "template VENDOR.STREAM",
		Short: "Make a workbook to fill in, with the account's own lists",
		Long: `Writes an Excel workbook with a column for every field that can be written: the
headers, help, types and required marks, and drop-downs with what the account itself
has: customers, sites, types, custom fields. Fill it in and import it: a stamp in it
says what it is for, so that nothing is asked.

The settings of the account are taken from the environment, and its lists are read
within its limits. --offline makes it without them.`,
		Example: `  ferry template syncro.customers
  ferry template synchroteam.job --out jobs.xlsx
  ferry template syncro.tickets --offline`,
		Args: takes("VENDOR.STREAM"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.templateRun(cmd.Context(), args[0], o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.Out, "out", "", "path of the workbook; default: VENDOR-STREAM.xlsx here")
	f.BoolVar(&o.Offline, "offline", false, "do not ask the account for its lists")
	f.StringVar(&o.BaseURL, "base-url", "", "the address of the account's API, where it is not the usual one")
	return cmd
}

func (a *app) templateRun(ctx context.Context, text string, o templateOptions) error {
	to, err := a.openInto(text, o.BaseURL, o.Offline)
	if err != nil {
		return err
	}
	out := o.Out
	if out == "" {
		if out, err = freeName(to.spec.Vendor + "-" + strings.ReplaceAll(to.stream, ".", "-") + ".xlsx"); err != nil {
			return failure(err, "give another path with --out")
		}
	}
	if a.flags.DryRun {
		a.screen.say("would write %s\n", relative(out))
		return nil
	}
	cfg := answer.TemplateConfig{Out: out, Spec: to.spec, Stream: to.stream, Now: time.Now()}
	if !o.Offline {
		lists, err := a.templateLists(ctx, to)
		if err != nil {
			return err
		}
		cfg.Lists, cfg.Account = lists.of, to.target.Account.Identity
		for _, c := range lists.fieldsOf() {
			cfg.Custom = append(cfg.Custom, answer.Custom{Label: c.Label, Options: c.Options})
		}
	}
	done, err := answer.Template(ctx, cfg)
	if err != nil {
		return failure(fmt.Errorf("the template: %w", err), "give another path with --out")
	}
	a.screen.value("%s: %s, %s with a drop-down\n", relative(done.Path), plural(done.Columns, "column"), count(done.Lists))
	if len(done.Left) > 0 {
		a.screen.say("Not in a flat sheet: %s\n", strings.Join(done.Left, ", "))
	}
	a.screen.emit(map[string]any{"event": "template", "path": done.Path, "columns": done.Columns, "lists": done.Lists, "left": done.Left})
	a.screen.say("Fill it in, then: ferry import %s --into %s\n", relative(done.Path), text)
	return nil
}

// templateLists reads what drop-downs hold, into a stage that is thrown away.
func (a *app) templateLists(ctx context.Context, to *into) (lists *accountLists, err error) {
	dir, err := os.MkdirTemp("", "ferry-template-*")
	if err != nil {
		return nil, failure(fmt.Errorf("no place for the lists of the account: %w", err), "set TMPDIR to a folder that can be written")
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	source := job.Login{Vendor: sheet.Vendor, Spec: sheet.Spec(&sheet.Recipe{}), Values: connector.Values{sheetName: connector.NewSecret("template")}}
	j := &job.Job{Name: "template", Path: filepath.Join(dir, importJob), Source: job.Source{Login: source}, Target: &job.Target{Login: to.login}}
	im := &importer{app: a, job: j, to: to}
	err = im.withLoader(ctx, filepath.Join(dir, "lists.stage"), func(l *loader) (err error) {
		lists, err = l.readLists(ctx, []string{to.stream}, true)
		return err
	})
	return lists, err
}
