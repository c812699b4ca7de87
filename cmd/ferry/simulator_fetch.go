package main

import (
	"fmt"
	"net/url"
	"os"
	"path"
)

// fetcher is how a simulated vendor gets a file by its address.
type fetcher = func(address string) ([]byte, error)

// fetchingVendor is the one that gets files to attach by their address.
const fetchingVendor = "syncro"

// fetchFrom serves the files of a folder by the last part of their address,
// whatever stands before it; nil without a folder.
func fetchFrom(vendor, dir string) (fetcher, error) {
	if dir == "" {
		return nil, nil
	}
	if vendor != fetchingVendor {
		return nil, usageError(fmt.Sprintf("--fetch-dir: %s fetches no files", vendor), "it belongs to ferry simulate "+fetchingVendor)
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, usageError("--fetch-dir: there is no folder "+dir, "make it, or name another one")
	}
	return func(address string) (data []byte, err error) {
		at, err := url.Parse(address)
		if err != nil {
			return nil, err
		}
		root, err := os.OpenRoot(dir)
		if err != nil {
			return nil, err
		}
		defer root.Close()
		return root.ReadFile(path.Base(at.Path))
	}, nil
}
