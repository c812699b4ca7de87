package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"ferry/mappings"
	"ferry/transform/mapping"
	"ferry/transform/profile"
	"ferry/transform/workbook"
)

func (a *app) newMapping() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "mapping",
		Short: "Carry a mapping to Excel and back; list the shipped ones",
		Long: `A mapping file says how records of one vendor become records of another. People who
know the data decide in Excel: export writes a workbook with a row a field, import
brings its changes back into the file and keeps everything else, comments too.`,
		Example: `  ferry mapping list
  ferry mapping export synchroteam-to-syncro -o fields.xlsx --profile move.yaml
  ferry mapping import fields.xlsx --mapping my-mapping.yaml`,
		Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.newMappingList(), a.newMappingExport(), a.newMappingImport())
	return cmd
}

func (a *app) newMappingList() *cobra.Command {
	return &cobra.Command{
		Use:   "list [NAME]",
		Short: "List the shipped mappings, or print one",
		Long: `Lists the mappings that are shipped. With a name it prints that mapping, to be
saved as a file of your own and changed.`,
		Example: "  ferry mapping list\n  ferry mapping list synchroteam-to-syncro > mine.yaml",
		Args:    takes("[NAME]"),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				for _, name := range mappings.Names() {
					a.screen.value("%s\n", name)
					a.screen.emit(map[string]any{"event": "mapping", "name": name})
				}
				return nil
			}
			f, shipped, err := readMapping(args[0])
			if err != nil {
				return err
			}
			if !shipped {
				return usageError(fmt.Sprintf("%s is a file of yours", f.Path), "give the name of a shipped mapping")
			}
			data, _ := mappings.Read(args[0])
			a.screen.value("%s", data)
			a.screen.emit(map[string]any{"event": "mapping", "name": args[0], "text": string(data)})
			return nil
		},
	}
}

func (a *app) newMappingExport() *cobra.Command {
	var out, jobPath string
	cmd := &cobra.Command{
		Use:   "export MAPPING",
		Short: "Write a mapping as a workbook",
		Long: `Writes a workbook with a sheet a stream and a row a field: source, label, sample,
fill rate, target, type, required, rule, values and remark. What is not carried
over is red. With --profile the samples and fill rates come from what that job has
staged.`,
		Example: "  ferry mapping export my-mapping.yaml -o fields.xlsx --profile move.yaml",
		Args:    takes("MAPPING"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.mappingExport(cmd.Context(), args[0], out, jobPath)
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "the workbook; default the mapping's name with .xlsx")
	cmd.Flags().StringVar(&jobPath, "profile", "", "a job whose staged records give samples and fill rates")
	return cmd
}

func (a *app) mappingExport(ctx context.Context, name, out, jobPath string) error {
	r, err := openRules(name, nil, nil, nil)
	if err != nil {
		return err
	}
	sides := workbook.Sides{Source: r.Source, Target: r.Target}
	if jobPath != "" {
		if sides.Profiles, err = a.profilesFor(ctx, r, jobPath); err != nil {
			return err
		}
	}
	if out == "" {
		out = strings.TrimSuffix(filepath.Base(name), filepath.Ext(name)) + ".xlsx"
	}
	var book bytes.Buffer
	if err := workbook.Export(&book, r.File, sides); err != nil {
		return failure(fmt.Errorf("the workbook cannot be made: %w", err), "")
	}
	if a.flags.DryRun {
		a.screen.say("%s would be written, %s\n", out, byteSize(int64(book.Len())))
		return nil
	}
	if err := replaceFile(out, book.Bytes()); err != nil {
		return failure(err, "close it if it is open in Excel, or name another file with -o")
	}
	a.screen.value("%s\n", out)
	a.screen.emit(map[string]any{"event": "workbook", "path": out})
	a.screen.say("Next: change it in Excel, then ferry mapping import %s --mapping %s\n", out, name)
	return nil
}

// profilesFor profiles the staged streams that a mapping reads.
func (a *app) profilesFor(ctx context.Context, r *rules, jobPath string) (out map[string]*profile.Profile, err error) {
	j, st, account, err := a.openForLooking(ctx, jobPath, "profile")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if j.Source.Vendor != r.Source.Vendor {
		return nil, usageError(fmt.Sprintf("the job reads %s, the mapping %s", j.Source.Vendor, r.Source.Vendor), "name a job of that vendor")
	}
	out = map[string]*profile.Profile{}
	for _, s := range r.File.Streams {
		for _, name := range s.From {
			stream, err := r.Source.Stream(name)
			if err != nil || out[name] != nil {
				continue
			}
			if out[name], err = profile.Read(ctx, st, account.Account.ID, stream, 2); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func (a *app) newMappingImport() *cobra.Command {
	var into string
	cmd := &cobra.Command{
		Use:   "import WORKBOOK",
		Short: "Bring a workbook's changes back into the mapping file",
		Long: `Reads a workbook that export wrote, shows what it changes, checks the result
against both vendors, runs its tests, and writes the mapping file. Comments and
everything nobody touched stay as they are. A cell that cannot be understood is
named, and nothing is written. With --dry-run it only shows.`,
		Example: "  ferry mapping import fields.xlsx --mapping my-mapping.yaml\n  ferry mapping import fields.xlsx --mapping my-mapping.yaml --dry-run",
		Args:    takes("WORKBOOK"),
		RunE:    func(_ *cobra.Command, args []string) error { return a.mappingImport(args[0], into) },
	}
	cmd.Flags().StringVar(&into, "mapping", "", "the mapping file to change; default the workbook's name with .yaml")
	return cmd
}

func (a *app) mappingImport(book, into string) error {
	if into == "" {
		into = strings.TrimSuffix(book, filepath.Ext(book)) + ".yaml"
	}
	r, err := openRules(into, nil, nil, nil)
	if err != nil {
		return err
	}
	if r.Shipped {
		return usageError("a shipped mapping cannot be changed", fmt.Sprintf("save it first: ferry mapping list %s > mine.yaml; then --mapping mine.yaml", into))
	}
	before, err := os.ReadFile(r.File.Path)
	if err != nil {
		return failure(err, "")
	}
	changes, err := readWorkbook(book, r)
	if err != nil {
		return err
	}
	if len(changes) == 0 {
		a.screen.say("The workbook says what %s says: nothing to change.\n", into)
		return nil
	}
	after, diff, err := mapping.Edit(before, changes)
	if err != nil {
		return usageError(err.Error(), "change the mapping file by hand there, then import again")
	}
	a.screen.value("%s", diff)
	a.screen.emit(map[string]any{"event": "mapping_diff", "path": into, "changes": len(changes), "diff": diff})
	if err := checkEdited(r, after); err != nil {
		return err
	}
	if a.flags.DryRun {
		a.screen.say("Nothing was written.\n")
		return nil
	}
	if err := replaceFile(r.File.Path, after); err != nil {
		return failure(err, "")
	}
	a.screen.say("%s: %s written\n", into, plural(len(changes), "change"))
	return nil
}

func readWorkbook(path string, r *rules) (changes []mapping.Change, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, usageError(err.Error(), "name the workbook that `ferry mapping export` wrote")
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	changes, err = workbook.Read(f, r.File, workbook.Sides{Source: r.Source, Target: r.Target})
	if err != nil {
		return nil, usageError(err.Error(), "nothing was changed; mend the cells and import again")
	}
	return changes, nil
}

// checkEdited holds the edited file against both specs before it is written.
func checkEdited(r *rules, text []byte) error {
	f, err := mapping.Parse(r.File.Path, text)
	if err != nil {
		return err
	}
	f.Path = r.File.Path
	if err := mapping.Check(f, r.Source, r.Target, nil); err != nil {
		return err
	}
	edited := &rules{File: f, Source: r.Source, Target: r.Target}
	_, err = edited.tests()
	return err
}

// replaceFile writes a file beside its place and renames it.
func replaceFile(path string, data []byte) (err error) {
	mode := os.FileMode(0o644)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.part")
	if err != nil {
		return fmt.Errorf("%s cannot be written: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("%s cannot be written: %w", path, err), os.Remove(f.Name()))
		}
	}()
	if _, err = f.Write(data); err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
