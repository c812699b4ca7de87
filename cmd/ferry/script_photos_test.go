package main

import (
	"encoding/base64"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdPhotos compares the contents of a folder's files with the photos of all live
// jobs of a simulated Synchroteam.
func cmdPhotos(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: photos FOLDER")
	}
	box := vendorOf(ts)
	var jobs, want, got []string
	ts.Check(box.ask("GET", "/_sim/live?stream=job", nil, &jobs))
	for _, job := range jobs {
		var answer struct {
			Photos []struct {
				Data string `json:"imageData"`
			} `json:"photos"`
		}
		ts.Check(box.ask("GET", "/api/v3/job/photos?getImageData=true&id="+job, nil, &answer))
		for _, p := range answer.Photos {
			image, err := base64.StdEncoding.DecodeString(p.Data)
			ts.Check(err)
			want = append(want, string(image))
		}
	}
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		got = append(got, string(data))
		return err
	}))
	slices.Sort(want)
	slices.Sort(got)
	if len(want) == 0 || !slices.Equal(want, got) {
		ts.Fatalf("the folder holds %d files, and the vendor %d photos; they are not the same", len(got), len(want))
	}
}

// cmdWrites counts the writes that a vendor took since the script asked before.
func cmdWrites(ts *testscript.TestScript, neg bool, args []string) {
	v, box := ts.Value(vendorKey{}).(*scriptVendor), vendorOf(ts)
	now := box.Counters().Writes
	compare(ts, neg, args, now-v.writes[box])
	v.writes[box] = now
}
