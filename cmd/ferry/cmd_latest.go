package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"ferry/load/filesink"
)

func (a *app) newLatest() *cobra.Command {
	return &cobra.Command{
		Use:   "latest JOB",
		Short: "Print the folder of the newest set",
		Long: `Prints the folder of the set that latest.json names, and nothing else, so that a
reader resolves it once and works on one unchanging set.`,
		Example: `  cd "$(ferry latest nightly.yaml)"
  duckdb -c "select count(*) from '$(ferry latest nightly.yaml)/customer/*.parquet'"`,
		Args: takes("JOB"),
		RunE: func(_ *cobra.Command, args []string) error {
			j, err := a.loadJob(args[0], false)
			if err != nil {
				return err
			}
			if j.Export == nil {
				return usageError(fmt.Sprintf("%s has no export", args[0]), "add export: {dir: ./export} to the job file")
			}
			dir, err := filesink.Latest(j.Export.Dir, j.Name)
			if errors.Is(err, filesink.ErrNoSet) {
				return failure(fmt.Errorf("%s has published nothing yet", j.Name), "ferry run "+args[0])
			}
			if err != nil {
				return err
			}
			a.screen.value("%s\n", dir)
			a.screen.emit(map[string]any{"event": "latest", "path": dir})
			return nil
		},
	}
}
