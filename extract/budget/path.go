package budget

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
)

// DefaultPath is where the usage file of this user lies: in the folder for
// state, never in one for caches, since a lost usage file means limits broken.
// It fails when the system does not say where the user's files are.
func DefaultPath() (string, error) {
	dir, err := stateDir(runtime.GOOS, os.Getenv, os.UserHomeDir)
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "ferry", "usage.db"), nil
}

// stateDir is the user's folder for state on a system.
func stateDir(system string, getenv func(string) string, home func() (string, error)) (string, error) {
	if system == "windows" {
		dir := getenv("LocalAppData")
		if dir == "" {
			return "", errors.New("%LocalAppData% is not set; set it, or name a usage file")
		}
		return dir, nil
	}
	if dir := getenv("XDG_STATE_HOME"); system != "darwin" && filepath.IsAbs(dir) {
		return dir, nil
	}
	dir, err := home()
	if err != nil {
		return "", errors.New("no home folder is known; set HOME, or name a usage file")
	}
	if system == "darwin" {
		return filepath.Join(dir, "Library", "Application Support"), nil
	}
	return filepath.Join(dir, ".local", "state"), nil
}
