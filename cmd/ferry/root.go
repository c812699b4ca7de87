package main

import (
	"bufio"
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// app is one invocation: what it reads from, prints to and was told by flags.
type app struct {
	streams
	lookup   func(name string) (string, bool)  // environment
	keychain func(name string) (string, error) // of the system; "" where there is nothing
	reader   []string                          // command line of the process in which sheets are read; nil: in this one

	flags  globalFlags
	screen *screen
	ending ending
	typing *bufio.Reader // of In, once somebody was asked
	pace   pace
}

// typed reads a line that a person typed.
func (a *app) typed() (string, error) {
	if a.typing == nil {
		a.typing = bufio.NewReader(a.In)
	}
	return a.typing.ReadString('\n')
}

// globalFlags count for every command.
type globalFlags struct {
	JSON   bool
	Quiet  bool
	Yes    bool
	DryRun bool
}

// ending is what the last line of --json says besides the exit code.
type ending struct {
	Bins     map[string]int
	ResumeAt time.Time
}

// run executes one command line and gives the exit code.
func (a *app) run(ctx context.Context, args []string) int {
	if args == nil {
		args = []string{}
	}
	a.screen = newScreen(a.streams)
	started := false
	root := a.newRoot()
	root.PersistentPreRun = func(*cobra.Command, []string) {
		started = true
		a.screen.json, a.screen.quiet = a.flags.JSON, a.flags.Quiet
	}
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err != nil && !started {
		a.screen.json = a.flags.JSON || slices.Contains(args, "--json")
		err = asUsage(err)
	}
	v := judge(ctx, err)
	a.screen.fail(v)
	if started || err != nil {
		a.screen.end(v, a.ending)
	}
	return int(v.Code)
}

func (a *app) newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "ferry",
		Short: "Move records in bulk between vendor APIs, spreadsheets and analytics files",
		Long: `Ferry reads every record of a vendor account within the vendor's limits, stages
it in one SQLite file, proves that nothing is missing, and publishes Parquet,
Excel and CSV files that appear all at once. It maps the records for another
vendor, plans what to write there, and loads them once each: planned, approved,
verified, and undone where you ask for it.

A job file says what to read and where to publish; every command but a few
takes one.`,
		Example: `  ferry demo                       see it work, without an account
  ferry init --from synchroteam    write a job file
  ferry check job.yaml --online    try the credentials, look at the limits
  ferry run job.yaml               read, prove, publish; map and plan
  ferry apply job.yaml             load what the plan says
  ferry import customers.xlsx --into syncro.customers`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownCommand(cmd, args[0])
		},
	}
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError(err.Error(), fmt.Sprintf("see `%s --help`", cmd.CommandPath()))
	})
	f := root.PersistentFlags()
	f.BoolVar(&a.flags.JSON, "json", false, "print one JSON object a line; people's lines go to stderr")
	f.BoolVar(&a.flags.Quiet, "quiet", false, "print errors and what was asked for, nothing else")
	f.BoolVarP(&a.flags.Yes, "yes", "y", false, "answer every question with yes")
	f.BoolVar(&a.flags.DryRun, "dry-run", false, "write nothing outside the stage")
	root.AddCommand(
		a.newInit(), a.newDescribe(), a.newCheck(), a.newExtract(), a.newExport(), a.newRun(),
		a.newStatus(), a.newProfile(), a.newExplain(), a.newCall(), a.newSimulate(), a.newLatest(),
		a.newTransform(), a.newMapping(), a.newPlan(), a.newApply(), a.newVerify(), a.newUndo(), a.newRequeue(),
		a.newProbe(), a.newReport(), a.newRecover(), a.newImport(), a.newTemplate(), a.newSheetReader(), a.newDemo(), a.newVersion(),
		newExitCodes(),
	)
	return root
}

func unknownCommand(cmd *cobra.Command, name string) error {
	cmd.SuggestionsMinimumDistance = 2
	hint := "`ferry help` lists the commands"
	if near := cmd.SuggestionsFor(name); len(near) > 0 {
		hint = fmt.Sprintf("did you mean `ferry %s`?", near[0])
	}
	return usageError(fmt.Sprintf("there is no command %q", name), hint)
}

// asUsage makes a complaint of the command line parser a usage error.
func asUsage(err error) error {
	if exit, ok := err.(*exitError); ok {
		return exit
	}
	return usageError(err.Error(), "see `ferry help`")
}

// takes checks the arguments of a command against their names; a name in
// brackets may be left out.
func takes(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		hint := fmt.Sprintf("usage: %s; see `%s --help`", cmd.UseLine(), cmd.CommandPath())
		if len(args) > len(names) {
			return usageError(fmt.Sprintf("%s does not take %q", cmd.CommandPath(), args[len(names)]), hint)
		}
		for _, name := range names[len(args):] {
			if !strings.HasPrefix(name, "[") {
				return usageError(fmt.Sprintf("%s needs %s", cmd.CommandPath(), name), hint)
			}
		}
		return nil
	}
}

func (a *app) newVersion() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Long:    "Prints the version of this binary, the Go release it was built with, and its system.",
		Example: "  ferry version",
		Args:    takes(),
		RunE: func(*cobra.Command, []string) error {
			v := readVersion()
			a.screen.value("ferry %s\n", v)
			a.screen.emit(map[string]any{"event": "version", "version": v})
			return nil
		},
	}
}

// readVersion tells the version that was stamped into the binary when it was built.
func readVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	version, dirty := info.Main.Version, ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && (version == "" || version == "(devel)"):
			version = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true" && !strings.Contains(version, "dirty"):
			dirty = "+dirty"
		}
	}
	if version == "" {
		version = "(devel)"
	}
	return version + dirty
}

func newExitCodes() *cobra.Command {
	var b strings.Builder
	b.WriteString("Exit codes of every command:\n\n")
	for _, m := range exitMeanings() {
		fmt.Fprintf(&b, "  %3d  %s\n", m.Code, m.Meaning)
	}
	b.WriteString("\nSeveral at once: the first of")
	for _, c := range exitPriority()[:len(exitPriority())-1] {
		fmt.Fprintf(&b, " %d", c)
	}
	b.WriteString(".\n\nExample:\n  ferry run job.yaml; case $? in 75) echo \"go on tomorrow\";; 6) echo \"not proven\";; esac\n")
	return &cobra.Command{Use: "exit-codes", Short: "What the exit codes mean", Long: strings.TrimSpace(b.String())}
}
