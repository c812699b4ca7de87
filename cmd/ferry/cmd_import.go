package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"ferry/extract/sheet"
)

// importOptions are the flags of `ferry import`.
type importOptions struct {
	Job     string
	Into    string
	Mapping string
	BaseURL string
	Sheet   string
	Key     string
	Header  string
	Answers []string
	Out     string
	Allow   []string
	Check   bool
	All     bool
	Show    int

	extract bool // stop once the rows are staged
	fromJob bool // by the files that the job names
}

func (a *app) newImport() *cobra.Command {
	var o importOptions
	cmd := &cobra.Command{
		Use:   "import FILE...",
		Short: "Load an Excel or CSV file, and get it back with an answer on every row",
		Long: `Reads the file, says what it understood, and asks what it cannot know. Checks every
cell against the target before anything is sent. Then it loads like any other source:
a plan first, that somebody approves; each record once; read back at the end. Beside
the file comes NAME.answered.xlsx (or .csv) with an answer on every row: what is wrong
in which cell, and a link to each record that was made. Mend it and import it again:
only the rows that are not done are loaded.

--job names a job file with a source of files; --into only the target, whose settings
are then taken from the environment. A file of the same kind is recognised by its
columns the next time, and nothing that was answered is asked again. Rows with a
mistake are held back, the others are loaded.

--check only reports: nothing is loaded or staged. Without a terminal every open
question is listed (exit 2); answer with --answer "ID=VALUE".`,
		Example: `  ferry import customers.xlsx --into syncro.customers --check
  ferry import customers.xlsx --into syncro.customers
  ferry import jobs.csv --job jobs.yaml --yes
  ferry import customers.xlsx --into syncro.customers --key Number --answer "dates.Since=dmy"
  ferry import customers.answered.xlsx --into syncro.customers`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError("ferry import needs FILE", "usage: "+cmd.UseLine()+"; see `ferry import --help`")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.importRun(cmd.Context(), args, o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.Job, "job", "", "the job file that says where to load, and how")
	f.StringVar(&o.Into, "into", "", "VENDOR.STREAM to load into, without a job file")
	f.StringVar(&o.Mapping, "mapping", "", "with --into: a mapping file of your own; default: one is proposed")
	f.StringVar(&o.BaseURL, "base-url", "", "with --into: the address of the account's API, where it is not the usual one")
	f.StringVar(&o.Sheet, "sheet", "", "the worksheet")
	f.StringVar(&o.Key, "key", "", "the columns that identify a row, separated by commas")
	f.StringVar(&o.Header, "header", "", "the number of the row with the headers")
	f.StringArrayVar(&o.Answers, "answer", nil, `an answer to a question: "ID=VALUE" (may be given several times)`)
	f.BoolVar(&o.Check, "check", false, "report what is wrong, and load nothing")
	f.StringVar(&o.Out, "out", "", "path of the answered file; default: beside the file")
	f.StringSliceVar(&o.Allow, "allow", nil, "final: do also what cannot be undone")
	f.BoolVar(&o.All, "all", false, "do not stop after 5 and after 100 records")
	f.IntVar(&o.Show, "show", 5, "examples of a mistake")
	return cmd
}

func (a *app) importRun(ctx context.Context, files []string, o importOptions) error {
	switch {
	case (o.Job == "") == (o.Into == ""):
		return usageError("ferry import needs either --job JOB or --into VENDOR.STREAM", "ferry import "+files[0]+" --into syncro.customers")
	case o.Job != "" && (o.Mapping != "" || o.BaseURL != ""):
		return usageError("--mapping and --base-url go with --into: a job names its own", "write them into the job file")
	}
	if err := checkAllow(o.Allow, allowFinal); err != nil {
		return err
	}
	given, err := o.given()
	if err != nil {
		return err
	}
	im := &importer{app: a, o: o, given: given, files: files}
	return im.run(ctx)
}

// given are the answers on the command line.
func (o *importOptions) given() (sheet.Answers, error) {
	given := sheet.Answers{}
	for _, text := range o.Answers {
		id, value, ok := strings.Cut(text, "=")
		if id = strings.TrimSpace(id); !ok || id == "" {
			return nil, usageError("--answer "+text+": no answer", `write --answer "ID=VALUE" with the ID that the question shows`)
		}
		given[id] = value
	}
	for id, value := range map[string]string{"sheet": o.Sheet, "key": o.Key, "header": o.Header} {
		if value != "" {
			given[id] = value
		}
	}
	return given, nil
}

// newSheetReader is the child process in which a file is read: hidden, because
// nobody types it.
func (a *app) newSheetReader() *cobra.Command {
	return &cobra.Command{
		Use:    sheetReader,
		Short:  "Read a sheet for another ferry (started by import itself)",
		Hidden: true,
		Long: `Reads one file in a process of its own, so that a damaged or hostile one can be
stopped. It is started by an import and talks to it alone, through its standard input
and output.`,
		Example: "  ferry sheet-reader",
		Args:    takes(),
		RunE:    func(cmd *cobra.Command, _ []string) error { return sheet.Serve(cmd.Context(), a.In, a.Out) },
	}
}

// sheetReader is the name of the child's command.
const sheetReader = "sheet-reader"
