package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"ferry/cmd/ferry/internal/job"
	"ferry/extract/connector"
	"ferry/extract/stage"
	"ferry/extract/strictyaml"
	"ferry/mappings"
	"ferry/transform/mapping"
)

// rules is a mapping that was checked against the specs of both sides.
type rules struct {
	File           *mapping.File
	Program        *mapping.Program
	Source, Target *connector.Spec
	Shipped        bool
}

// readMapping reads a mapping by the name of a shipped one or by its path.
func readMapping(nameOrPath string) (f *mapping.File, shipped bool, err error) {
	if !isMappingPath(nameOrPath) {
		data, ok := mappings.Read(nameOrPath)
		if !ok {
			return nil, false, usageError(fmt.Sprintf("there is no shipped mapping %q", nameOrPath),
				strictyaml.Suggest(nameOrPath, mappings.Names())+"; the path of your own holds a slash or ends in .yaml")
		}
		f, err = mapping.Parse("(shipped) "+nameOrPath+".yaml", data)
		return f, true, err
	}
	f, err = mapping.Load(nameOrPath)
	if err != nil && !isProblems(err) {
		err = usageError(fmt.Sprintf("the mapping cannot be read: %v", err), "give its path, or one of "+strings.Join(mappings.Names(), ", "))
	}
	return f, false, err
}

func isMappingPath(s string) bool {
	return strings.ContainsAny(s, `/\`) || slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(s))
}

func isProblems(err error) bool {
	_, ok := errors.AsType[*strictyaml.Problems](err)
	return ok
}

// openRules reads, checks and compiles a mapping. labels tells the custom labels
// of a source stream; nil where they are not known. source and target are the
// job's specs, nil to take those that the mapping names.
func openRules(nameOrPath string, source, target *connector.Spec, labels func(string) []string) (*rules, error) {
	f, shipped, err := readMapping(nameOrPath)
	if err != nil {
		return nil, err
	}
	r := &rules{File: f, Source: source, Shipped: shipped}
	if r.Source == nil {
		if r.Source, err = specBeside(f, f.From); err != nil {
			return nil, err
		}
	}
	if r.Target, err = specBeside(f, f.To); err != nil {
		return nil, err
	}
	if target != nil {
		if target.Vendor != r.Target.Vendor {
			return nil, usageError(fmt.Sprintf("the mapping is for %s, the job's target is %s", r.Target.Vendor, target.Vendor),
				"use another mapping, or another target")
		}
		r.Target = target
	}
	if err := mapping.Check(f, r.Source, r.Target, labels); err != nil {
		return nil, err
	}
	r.Program, err = f.Compile(r.Source, r.Target)
	return r, err
}

// specBeside loads a spec by its shipped name, or by a path that counts from the
// mapping file.
func specBeside(f *mapping.File, name string) (*connector.Spec, error) {
	if connector.IsPath(name) && !filepath.IsAbs(name) && f.Path != "" {
		name = filepath.Join(filepath.Dir(f.Path), name)
	}
	spec, err := connector.Load(name)
	if err != nil {
		return nil, asSpecError(err)
	}
	return spec, nil
}

// jobRules opens the mapping of a job; the stage, which may be nil, tells what
// custom fields the account has.
func jobRules(ctx context.Context, j *job.Job, account *login, st *stage.Stage) (*rules, error) {
	if j.Mapping == "" {
		return nil, usageError("the job names no mapping", "write mapping: and a shipped name ("+strings.Join(mappings.Names(), ", ")+") or a path")
	}
	var watch *labelWatch
	var labels func(string) []string
	if st != nil {
		var err error
		if watch, err = readLabels(ctx, st, account); err != nil {
			return nil, err
		}
		labels = watch.labels
	}
	r, err := openRules(j.Mapping, j.Source.Spec, targetSpec(j), labels)
	if err != nil {
		return nil, watch.explain(err)
	}
	return r, nil
}

// targetSpec is the spec of the job's target, nil where it has none.
func targetSpec(j *job.Job) *connector.Spec {
	if j.Target == nil {
		return nil
	}
	return j.Target.Spec
}

// tests runs the examples of the mapping; the error lists those that failed.
func (r *rules) tests() (passed int, err error) {
	results, err := r.File.RunTests(r.Source, r.Target)
	if err != nil {
		return 0, err
	}
	var failed []string
	for i := range results {
		t := &results[i]
		if t.OK() {
			passed++
			continue
		}
		for n := range t.Failed {
			failed = append(failed, t.String(n))
		}
	}
	if len(failed) > 0 {
		return passed, &exitError{Code: exitUsage, Err: errors.New(strings.Join(failed, "\n")),
			Hint: "the mapping does not make what its tests want: mend the rule, or the test"}
	}
	return passed, nil
}
