package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
)

// libreOffice converts spreadsheets to flat OpenDocument files, which say of each
// cell what it holds. What it made of a file is kept by the file's hash.
type libreOffice struct {
	soffice string
	kept    string // folder of the results
	profile string // settings of its own: a running office is left alone
}

const (
	officeBatch   = 20
	officeSeconds = 25 // a file
)

// newLibreOffice finds the program; without it there is no yardstick.
func newLibreOffice(keep, temp string) (*libreOffice, error) {
	path, err := exec.LookPath("soffice")
	if err != nil {
		return nil, errors.New("LibreOffice is not there: install libreoffice-calc, so that soffice is on the path")
	}
	l := &libreOffice{soffice: path, kept: filepath.Join(keep, "fods"), profile: filepath.Join(temp, "office")}
	user := filepath.Join(l.profile, "user")
	if err := errors.Join(os.MkdirAll(l.kept, 0o755), os.MkdirAll(user, 0o755)); err != nil {
		return nil, err
	}
	return l, os.WriteFile(filepath.Join(user, "registrymodifications.xcu"), []byte(officeSettings), 0o644)
}

// officeSettings: formulas keep the values that the file holds (1: never
// recalculate).
const officeSettings = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>1</value></prop></item>
</oor:items>
`

// officeInput is a file to be converted.
type officeInput struct {
	Path   string
	Filter string // of a text file: options of its import; "" LibreOffice knows the format
}

// kept is where the result of an input lies, or would lie.
func (l *libreOffice) keptAt(in officeInput) (string, error) {
	data, err := os.ReadFile(in.Path)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n", filepath.Ext(in.Path), in.Filter)
	h.Write(data)
	return filepath.Join(l.kept, hex.EncodeToString(h.Sum(nil)[:12])), nil
}

// convert gives for each input the converted file, "" where LibreOffice made
// none.
func (l *libreOffice) convert(ctx context.Context, inputs []officeInput, log func(string, ...any)) ([]string, error) {
	out := make([]string, len(inputs))
	todo := map[string][]int{} // by filter
	for i, in := range inputs {
		at, err := l.keptAt(in)
		if err != nil {
			return nil, err
		}
		out[i] = at
		if !isFile(at+".fods") && !isFile(at+".none") {
			todo[in.Filter] = append(todo[in.Filter], i)
		}
	}
	for filter, places := range todo {
		for batch := range slices.Chunk(places, officeBatch) {
			log("LibreOffice converts %d files", len(batch))
			if err := l.convertSome(ctx, inputs, out, batch, filter); err != nil {
				return nil, err
			}
		}
	}
	for i, at := range out {
		if out[i] = at + ".fods"; !isFile(out[i]) {
			out[i] = ""
		}
	}
	return out, nil
}

// convertSome converts a batch at once, and those that came to nothing one by
// one: a file that hangs takes the others of its batch with it.
func (l *libreOffice) convertSome(ctx context.Context, inputs []officeInput, out []string, batch []int, filter string) error {
	if err := l.run(ctx, inputs, out, batch, filter); err != nil {
		return err
	}
	for _, i := range batch {
		if isFile(out[i] + ".fods") {
			continue
		}
		if err := l.run(ctx, inputs, out, []int{i}, filter); err != nil {
			return err
		}
		if !isFile(out[i] + ".fods") {
			if err := os.WriteFile(out[i]+".none", nil, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *libreOffice) run(ctx context.Context, inputs []officeInput, out []string, batch []int, filter string) error {
	dir, err := os.MkdirTemp("", "ferry-office-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	args := []string{"-s", "KILL", strconv.Itoa(officeSeconds * (1 + len(batch)/4)), l.soffice, "-env:UserInstallation=file://" + l.profile,
		"--headless", "--convert-to", "fods", "--outdir", filepath.Join(dir, "out")}
	if filter != "" {
		args = append(args, "--infilter=Text - txt - csv (StarCalc):"+filter)
	}
	for _, i := range batch {
		name := filepath.Join(dir, strconv.Itoa(i)+filepath.Ext(inputs[i].Path))
		data, err := os.ReadFile(inputs[i].Path)
		if err != nil {
			return err
		}
		if err := os.WriteFile(name, data, 0o644); err != nil {
			return err
		}
		args = append(args, name)
	}
	cmd := exec.CommandContext(ctx, "timeout", args...)
	if err := cmd.Run(); ctx.Err() != nil {
		return ctx.Err()
	} else if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return fmt.Errorf("LibreOffice: %w", err)
	}
	for _, i := range batch {
		made := filepath.Join(dir, "out", strconv.Itoa(i)+".fods")
		if !isFile(made) {
			continue
		}
		data, err := os.ReadFile(made)
		if err != nil {
			return err
		}
		if err := os.WriteFile(out[i]+".fods", data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
