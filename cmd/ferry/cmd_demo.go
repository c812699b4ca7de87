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
		Use:   "demo",
		Short: "See it work: the main job on a simulated vendor",
		Long: `Starts a simulated Synchroteam on this machine, writes a job file into a new
folder below the system's temporary one, runs it, and shows what was published.
No account, no network; the folder stays for you to look at.`,
		Example: "  ferry demo",
		Args:    takes(),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.demoRun(cmd.Context()) },
	}
}

func (a *app) demoRun(ctx context.Context) (err error) {
	box, err := startSimulator("synchroteam", "127.0.0.1:0", vendorsim.Options{Rate: vendorsim.Rate{Limit: demoRate}}, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, box.Close()) }()
	dir, err := os.MkdirTemp("", "ferry-demo-")
	if err != nil {
		return failure(fmt.Errorf("no folder for the demo: %w", err), "")
	}
	path := filepath.Join(dir, "demo.yaml")
	text := demoJob(box)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		return failure(fmt.Errorf("the demo's job file: %w", err), "")
	}
	a.screen.say("A simulated Synchroteam listens at %s\n\n%s:\n\n%s\n", box.BaseURL, path, indented(text))
	a.screen.say("$ ferry run demo.yaml\n\n")
	inner := *a
	inner.lookup = demoEnvironment(a.lookup, dir, box)
	ran := inner.runRun(ctx, path)
	a.ending = inner.ending
	if ran != nil && judge(ctx, ran).Code != exitRejected { // the invented data hold values that do not fit, on purpose
		return ran
	}
	if err := a.demoShow(ctx, dir); err != nil {
		return err
	}
	a.demoNext(dir, box)
	return ran
}

func demoJob(box *simulator) string {
	return fmt.Sprintf(`version: 1
name: demo
source:
  vendor: %s
  base_url: %s
  settings: {domain: %s, api_key: "${SYNCHROTEAM_API_KEY}", zone: Europe/Paris}
  details: [job]
export:
  dir: ./export
  formats: [parquet, excel, csv]
`, box.Vendor, box.BaseURL, box.Credentials[0].Value)
}

// demoEnvironment gives the demo its own key and usage file.
func demoEnvironment(next func(string) (string, bool), dir string, box *simulator) func(string) (string, bool) {
	return func(name string) (string, bool) {
		switch name {
		case "SYNCHROTEAM_API_KEY":
			return box.Credentials[1].Value, true
		case "FERRY_USAGE":
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
`, dir, box.Vendor, addr, demoRate, box.Credentials[1].Value)
}

func indented(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    ") + "\n"
}
