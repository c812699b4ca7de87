package filesink

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Latest gives the folder of the job's latest set, as latest.json names it. A
// reader calls it once and stays with that folder: it is never changed, and a
// later publication makes another. ErrNoSet where nothing is published.
func Latest(dir, job string) (string, error) {
	home := filepath.Join(dir, job)
	path := filepath.Join(home, latestFile)
	content, err := readShared(path)
	if errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("%s: %w", home, ErrNoSet)
	}
	if err != nil {
		return "", fmt.Errorf("read the latest set: %w", err)
	}
	var latest struct {
		Set string `json:"set"`
	}
	if err := json.Unmarshal(content, &latest); err != nil {
		return "", fmt.Errorf("%s is damaged: %w; run `ferry export`", path, err)
	}
	if name, ok := strings.CutPrefix(latest.Set, setsFolder+"/"); !ok || !filepath.IsLocal(name) {
		return "", fmt.Errorf("%s names no set: run `ferry export`", path)
	}
	set := filepath.Join(home, filepath.FromSlash(latest.Set))
	if _, err := os.Stat(set); err != nil {
		return "", fmt.Errorf("the latest set is gone: %w; run `ferry export`", err)
	}
	return set, nil
}

// readShared reads a file that may be replaced at this moment (Windows).
func readShared(path string) ([]byte, error) {
	const tries, pause = 50, 20 * time.Millisecond
	var content []byte
	var err error
	for range tries {
		if content, err = os.ReadFile(path); err == nil || !passing(err) {
			break
		}
		time.Sleep(pause)
	}
	return content, err
}
