package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"ferry/load/filesink"
	"ferry/samples/vendorsim"
)

// demoRate is the simulated vendor's limit: wide enough that nobody waits.
const demoRate = 3000

func (a *app) newDemo() *cobra.Command {
	return &cobra.Command{
		Use:   "demo [migrate]",
		Short: "See it work: the main job on simulated vendors",
		Long: `Starts a simulated Synchroteam on this machine, writes a job file into a new
folder below the system's temporary one, runs it, and shows what was published.
Then it maps the records for Syncro, and reads a simulated Syncro, a vendor that
tells nothing of its limits.

With migrate it moves a small company from a simulated Synchroteam to a simulated
Syncro, end to end: plan, approval, a lost answer and how it is solved, reading
back, the report, and what undo would do.

No account, no network; the folder stays for you to look at.`,
		Example: "  ferry demo\n  ferry demo migrate",
		Args:    takes("[SHOW]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return a.demoRun(cmd.Context())
			case args[0] == "migrate":
				return a.demoMigrate(cmd.Context())
			}
			return usageError(fmt.Sprintf("there is no demo %q", args[0]), "`ferry demo` or `ferry demo migrate`")
		},
	}
}

func (a *app) demoRun(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "ferry-demo-")
	if err != nil {
		return failure(fmt.Errorf("no folder for the demo: %w", err), "")
	}
	d := &demo{app: a, dir: dir}
	box, err := d.start("synchroteam")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, box.Close()) }()
	text := fmt.Sprintf(`version: 1
name: demo
source:
  vendor: %s
  base_url: %s
  settings: {%s, zone: Europe/Paris}
  details: [job]
export:
  dir: ./export
  formats: [parquet, excel, csv]
`, box.Vendor, box.BaseURL, box.Settings())
	ran := d.act(ctx, box, "demo.yaml", text)
	if ran != nil && !fitEnough(ctx, ran) {
		return ran
	}
	if err := a.demoShow(ctx, dir); err != nil {
		return err
	}
	if err := d.mapAndReadSyncro(ctx, box); err != nil {
		return err
	}
	a.demoNext(dir, box)
	return ran
}

// fitEnough tells an end that the demo goes on after: the invented data hold
// values that do not fit, on purpose.
func fitEnough(ctx context.Context, err error) bool { return judge(ctx, err).Code == exitRejected }

// demo is one showing.
type demo struct {
	app *app
	dir string
}

func (d *demo) start(vendor string) (*simulator, error) {
	return startSimulator(vendor, "127.0.0.1:0", vendorsim.Options{Rate: vendorsim.Rate{Limit: demoRate}}, nil)
}

// act writes a job file and runs it.
func (d *demo) act(ctx context.Context, box *simulator, file, text string) error {
	a, path := d.app, filepath.Join(d.dir, file)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		return failure(fmt.Errorf("the demo's job file: %w", err), "")
	}
	a.screen.say("A simulated %s listens at %s\n\n%s:\n\n%s\n", titled(box.Vendor), box.BaseURL, path, indented(text))
	a.screen.say("$ ferry run %s\n\n", file)
	return d.run(box, func(inner *app) error { return inner.runRun(ctx, path) })
}

func titled(vendor string) string { return strings.ToUpper(vendor[:1]) + vendor[1:] }

// run gives a command the demo's environment.
func (d *demo) run(box *simulator, do func(*app) error) error {
	inner := *d.app
	inner.lookup = demoEnvironment(d.app.lookup, d.dir, box)
	err := do(&inner)
	d.app.ending = inner.ending
	return err
}

// mapAndReadSyncro shows the staged records as Syncro would get them, and then
// Syncro itself.
func (d *demo) mapAndReadSyncro(ctx context.Context, box *simulator) (err error) {
	a := d.app
	a.screen.say("\nThe same records for Syncro, by a shipped mapping. Nothing is sent:\n\n$ ferry transform move.yaml\n")
	move := filepath.Join(d.dir, "move.yaml")
	text := fmt.Sprintf("version: 1\nname: demo\nsource:\n  vendor: %s\n  base_url: %s\n  settings: {%s}\n  details: [job, job.report]\nmapping: synchroteam-to-syncro\n",
		box.Vendor, box.BaseURL, box.Settings())
	if err := os.WriteFile(move, []byte(text), 0o644); err != nil {
		return failure(fmt.Errorf("the demo's job file: %w", err), "")
	}
	for _, step := range []func(*app) error{
		func(inner *app) error {
			inner.screen = newScreen(inner.streams)
			inner.screen.quiet, inner.screen.json = true, d.app.screen.json
			return inner.extractRun(ctx, move)
		},
		func(inner *app) error { return inner.transformRun(ctx, move, transformOptions{Show: 1}) },
	} {
		if err := d.run(box, step); err != nil && !fitEnough(ctx, err) {
			return err
		}
	}
	syncro, err := d.start("syncro")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, syncro.Close()) }()
	a.screen.say("\n")
	err = d.act(ctx, syncro, "syncro.yaml", fmt.Sprintf(`version: 1
name: syncro
source:
  vendor: %s
  base_url: %s
  settings: {%s}
  streams: [customers, tickets, invoices, assets]
export:
  dir: ./export
  formats: [csv]
`, syncro.Vendor, syncro.BaseURL, syncro.Settings()))
	if err != nil && !fitEnough(ctx, err) {
		return err
	}
	return nil
}

// demoEnvironment gives the demo its own keys and usage file.
func demoEnvironment(next func(string) (string, bool), dir string, boxes ...*simulator) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for _, box := range boxes {
			if name == box.box.env {
				return box.Secret(), true
			}
		}
		if name == "FERRY_USAGE" {
			return filepath.Join(dir, "usage.db"), true
		}
		return next(name)
	}
}

// demoShow lists the set and reads a Parquet file of it back.
func (a *app) demoShow(ctx context.Context, dir string) error {
	set, err := filesink.Latest(filepath.Join(dir, "export"), "demo")
	if err != nil {
		return err
	}
	a.screen.say("\nThe set %s:\n\n", relative(set))
	err = filepath.WalkDir(set, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(set, path)
		if err != nil {
			return err
		}
		a.screen.say("  %10s  %s\n", byteSize(info.Size()), filepath.ToSlash(name))
		return nil
	})
	if err != nil {
		return failure(fmt.Errorf("the set cannot be listed: %w", err), "")
	}
	const file = "customer/part-0000.parquet"
	head, rows, err := readParquet(ctx, filepath.Join(set, filepath.FromSlash(file)), 5)
	if err != nil {
		return failure(fmt.Errorf("%s cannot be read back: %w", file, err), "")
	}
	a.screen.say("\nThe first rows of %s, read back:\n\n", file)
	a.screen.table(head, rows)
	return nil
}

func (a *app) demoNext(dir string, box *simulator) {
	addr := strings.TrimSuffix(strings.TrimPrefix(box.BaseURL, "http://"), "/api/v3")
	a.screen.say(`
Everything is in %[1]s and stays there. Try next:

  ferry simulate %[2]s --addr %[3]s --rate %[4]d/min     (in another terminal)
  cd %[1]s
  export SYNCHROTEAM_API_KEY=%[5]s FERRY_USAGE=$PWD/usage.db
  ferry run demo.yaml              only what changed is asked for
  ferry status demo.yaml --budget
  ferry profile demo.yaml --stream customer
  ferry check demo.yaml --online

With an account of your own:  ferry init --from %[2]s
`, dir, box.Vendor, addr, demoRate, box.Secret())
}

func indented(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    ") + "\n"
}
