package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"ferry/extract/connector"
	"ferry/extract/strictyaml"
)

// initOptions are the flags of `ferry init`.
type initOptions struct {
	From, To, Name, Output string
	Settings               map[string]string
}

func (a *app) newInit() *cobra.Command {
	var o initOptions
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write a commented job file",
		Long: `Asks for the vendor and the settings of the account and writes a commented job
file. Where nobody can be asked, the flags say it all. Secrets are never asked
for: the job file names the environment variable they come from.

An existing file is replaced only with --yes; --dry-run prints the file instead.`,
		Example: `  ferry init
  ferry init --from synchroteam --set domain=mycompany --output nightly.yaml
  ferry init --from synchroteam --to syncro --set domain=mycompany --set target.subdomain=acme`,
		Args: takes(),
		RunE: func(*cobra.Command, []string) error { return a.initRun(o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.From, "from", "", "vendor to read from: a shipped name or the path of a spec")
	f.StringVar(&o.To, "to", "", "vendor to load into; default none")
	f.StringVar(&o.Name, "name", "", "name of the job; default <vendor>-export")
	f.StringVarP(&o.Output, "output", "o", "", "where to write the job file; default <name>.yaml")
	f.StringToStringVar(&o.Settings, "set", nil, "a setting that is no secret, such as domain=mycompany; of the target: target.subdomain=acme")
	return cmd
}

func (a *app) initRun(o initOptions) error {
	ask := asker{app: a, in: bufio.NewReader(a.In)}
	if o.From == "" {
		names := strings.Join(connector.Names(), ", ")
		answer, err := ask.line(fmt.Sprintf("Vendor to read from (%s)", names), "", "--from VENDOR")
		if err != nil {
			return err
		}
		o.From = answer
	}
	spec, err := connector.Load(o.From)
	if err != nil {
		return asSpecError(err)
	}
	own, theirs := splitSettings(o.Settings)
	if err := checkSettings(spec, own); err != nil {
		return err
	}
	settings, err := ask.settings(spec, own, "")
	if err != nil {
		return err
	}
	to, err := ask.target(o.To, theirs)
	if err != nil {
		return err
	}
	if o.Name == "" {
		o.Name = spec.Vendor + "-export"
		if to != nil {
			o.Name = spec.Vendor + "-to-" + to.Spec.Vendor
		}
	}
	if o.Output == "" {
		o.Output = o.Name + ".yaml"
	}
	return a.writeJobFile(o, spec, to, jobTemplate(o, spec, settings, to))
}

// checkSettings refuses settings that the vendor has not, and secrets.
func checkSettings(spec *connector.Spec, given map[string]string) error {
	for name := range given {
		if s, err := spec.Setting(name); err != nil {
			return usageError(fmt.Sprintf("%s has no setting %q", spec.Vendor, name), strictyaml.Suggest(name, spec.SettingNames()))
		} else if s.Secret {
			return usageError(fmt.Sprintf("%s is a secret: it does not belong into a job file or a command line", name),
				fmt.Sprintf("leave it out; the job file will name the environment variable %s", envOf(s)))
		}
	}
	return nil
}

func (a *app) writeJobFile(o initOptions, spec *connector.Spec, to *initTarget, text string) error {
	if a.flags.DryRun {
		a.screen.value("%s", text)
		a.screen.emit(map[string]any{"event": "job_file", "path": o.Output, "text": text})
		return nil
	}
	if _, err := os.Stat(o.Output); err == nil && !a.flags.Yes {
		return usageError(fmt.Sprintf("%s is there already", o.Output), "give another --output, or --yes to replace it")
	}
	if err := os.WriteFile(o.Output, []byte(text), 0o644); err != nil {
		return failure(fmt.Errorf("the job file cannot be written: %w", err), "give another place with --output")
	}
	path, err := filepath.Abs(o.Output)
	if err != nil {
		path = o.Output
	}
	a.screen.say("Wrote %s\n\nNext:\n", o.Output)
	for _, s := range to.and(spec) {
		if s.Secret {
			a.screen.say("  export %s=...            # %s\n", envOf(s), s.About)
		}
	}
	a.screen.say("  ferry check %s --online\n  ferry run %s\n", o.Output, o.Output)
	if to != nil {
		a.screen.say("\nThe run reads, maps and plans; nothing is sent before you approve the plan.\n")
	}
	a.screen.emit(map[string]any{"event": "job_file", "path": path})
	return nil
}

// asker asks a person at the terminal, or says which flag is missing.
type asker struct {
	app *app
	in  *bufio.Reader
}

func (q asker) line(question, def, flag string) (string, error) {
	if !q.app.InTerm {
		if def != "" {
			return def, nil
		}
		return "", usageError("nobody can be asked here", "give "+flag)
	}
	if def != "" {
		question += " [" + def + "]"
	}
	fmt.Fprintf(q.app.Err, "%s: ", question)
	text, err := q.in.ReadString('\n')
	if err != nil && !(errors.Is(err, io.EOF) && text != "") {
		return "", usageError("no answer", "give "+flag)
	}
	if text = strings.TrimSpace(text); text == "" {
		text = def
	}
	if text == "" {
		return "", usageError("no answer", "give "+flag)
	}
	return text, nil
}

// settings asks for the settings that are no secrets and have not been given;
// prefix stands before their names in --set.
func (q asker) settings(spec *connector.Spec, given map[string]string, prefix string) (map[string]string, error) {
	out := map[string]string{}
	for _, s := range spec.Settings {
		switch {
		case s.Secret:
		case given[s.Name] != "":
			out[s.Name] = given[s.Name]
		case s.Required && s.Default == "":
			answer, err := q.line(fmt.Sprintf("%s%s (%s)", prefix, s.Name, s.About), "", "--set "+prefix+s.Name+"=VALUE")
			if err != nil {
				return nil, err
			}
			out[s.Name] = answer
		}
	}
	return out, nil
}

func envOf(s connector.Setting) string {
	if s.Env != "" {
		return s.Env
	}
	return strings.ToUpper(s.Name)
}

// jobTemplate is the commented job file.
func jobTemplate(o initOptions, spec *connector.Spec, settings map[string]string, to *initTarget) string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	what := "what to publish"
	if to != nil {
		what = "where to load it"
	}
	p("# A Ferry job: what to read, and %s. `ferry run %s` does all of it.", what, filepath.Base(o.Output))
	p("version: 1")
	p("name: %s", yamlText(o.Name))
	p("source:")
	p("  vendor: %s", yamlText(o.From))
	writeSettings(p, spec, settings)
	if mapped := to.streams(spec); len(mapped) > 0 {
		p("  streams: [%s]   # those that the mapping reads; others: %s", strings.Join(mapped, ", "), strings.Join(others(spec.Readable(), mapped), ", "))
	} else {
		p("  # streams: [%s]   # default: all that can be read", strings.Join(spec.Readable(), ", "))
	}
	if needed := to.details(spec); len(needed) > 0 {
		p("  details: [%s]   # the mapping needs them; one request a record", strings.Join(needed, ", "))
		if files := fileStreams(spec, needed); len(files) > 0 {
			p("  # %s brings photos and attachments along: name it under details too", strings.Join(files, ", "))
		}
	} else if details := spec.Details(); len(details) > 0 {
		p("  # details: [%s]   # one request a record; default none", strings.Join(details, ", "))
	}
	p("  # limit: 500             # most records a stream, for trying out")
	p("  # incremental: true      # read only what changed, where the vendor can say")
	p("  # sweep: 7d              # how often a full sweep looks for deletions")
	p("  budget:")
	p("    reserve: 0%%            # share of the daily quota left for imports")
	p("    when_spent: stop       # at the quota's end: stop (exit 75), or wait")
	if to == nil {
		p("export:")
		p("  dir: ./export")
		p("  formats: [parquet]       # parquet, excel, csv")
	}
	to.write(p, spec.Vendor, o.To, o.Name)
	return b.String()
}

// yamlText writes a text so that YAML reads it back as it is.
func yamlText(s string) string {
	plain := s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' || r == '_' || r == '/' || r == '.')
	}) && !strings.HasPrefix(s, "-")
	if plain && s != "true" && s != "false" && s != "null" {
		return s
	}
	return "'" + strings.ReplaceAll(strings.ReplaceAll(s, "$", "$$"), "'", "''") + "'"
}
