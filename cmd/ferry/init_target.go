package main

import (
	"slices"
	"strings"

	"ferry/extract/connector"
	"ferry/mappings"
	"ferry/transform/mapping"
)

// targetPrefix stands before the target's settings in --set.
const targetPrefix = "target."

// initTarget is the account that a new job loads into; nil where it loads nothing.
type initTarget struct {
	Spec     *connector.Spec
	Settings map[string]string
}

// splitSettings tells the source's settings from the target's.
func splitSettings(given map[string]string) (source, target map[string]string) {
	source, target = map[string]string{}, map[string]string{}
	for name, value := range given {
		if name, ok := strings.CutPrefix(name, targetPrefix); ok {
			target[name] = value
		} else {
			source[name] = value
		}
	}
	return source, target
}

// target asks for what a job needs to know of the account it loads into.
func (q asker) target(to string, given map[string]string) (*initTarget, error) {
	if to == "" {
		if len(given) > 0 {
			return nil, usageError("settings of a target are given, but no target", "give --to VENDOR")
		}
		return nil, nil
	}
	spec, err := connector.Load(to)
	if err != nil {
		return nil, asSpecError(err)
	}
	if len(spec.Writable()) == 0 {
		return nil, usageError("nothing can be written to "+spec.Vendor, "name another vendor")
	}
	if err := checkSettings(spec, given); err != nil {
		return nil, err
	}
	settings, err := q.settings(spec, given, targetPrefix)
	return &initTarget{Spec: spec, Settings: settings}, err
}

// mapping is the shipped mapping; nil where there is none.
func (t *initTarget) mapping(source *connector.Spec) *mapping.File {
	if t == nil {
		return nil
	}
	data, shipped := mappings.Read(source.Vendor + "-to-" + t.Spec.Vendor)
	if !shipped {
		return nil
	}
	f, err := mapping.Parse("(shipped)", data)
	if err != nil {
		return nil // its tests read it; a job file can be written without
	}
	return f
}

// streams are the lists of the source that the shipped mapping reads, in the
// order of the spec; none without one.
func (t *initTarget) streams(source *connector.Spec) (out []string) {
	f := t.mapping(source)
	if f == nil {
		return nil
	}
	read := map[string]bool{}
	for _, s := range f.Streams {
		for _, name := range s.From {
			if st, err := source.Stream(name); err == nil && st.Sub != nil {
				name = st.Sub.Parent
			}
			read[name] = true
		}
	}
	for _, name := range source.Readable() {
		if read[name] {
			out = append(out, name)
		}
	}
	return out
}

// others are the names that are not among the taken ones.
func others(names, taken []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(taken, name) })
}

// details are what the shipped mapping needs beside the lists of the source.
func (t *initTarget) details(source *connector.Spec) []string {
	f := t.mapping(source)
	if f == nil {
		return nil
	}
	var out []string
	for _, s := range f.Streams {
		for _, name := range f.UsesDetails(s.Name, source) {
			if !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// and lists the settings of the source and of the target.
func (t *initTarget) and(source *connector.Spec) []connector.Setting {
	if t == nil {
		return source.Settings
	}
	return slices.Concat(source.Settings, t.Spec.Settings)
}

// fileStreams are the streams of photos and attachments that are not among the
// given details.
func fileStreams(source *connector.Spec, given []string) (out []string) {
	for _, name := range source.Details() {
		if st, err := source.Stream(name); err == nil && len(st.Contents()) > 0 && !slices.Contains(given, name) {
			out = append(out, name)
		}
	}
	return out
}

// write is the part of the file of a job about mapping and target.
func (t *initTarget) write(p func(string, ...any), source, to, job string) {
	if t == nil {
		return
	}
	name := source + "-to-" + t.Spec.Vendor
	if _, shipped := mappings.Read(name); shipped {
		p("mapping: %s   # shipped; `ferry mapping list %s > mine.yaml` makes it your own", name, name)
	} else {
		p("# A mapping is needed: write one, or see `ferry mapping list`.")
		p("# mapping: ./%s.yaml", name)
	}
	p("target:")
	p("  vendor: %s", yamlText(to))
	writeSettings(p, t.Spec, t.Settings)
	effects := "none"
	if names := t.Spec.EffectNames(); len(names) > 0 {
		effects = strings.Join(names, ", ")
	}
	p("  effects: []              # what may reach people: %s", effects)
	p("  approve: ask             # the plan waits for you; auto applies it at once")
	p("  # allow: [final]         # what cannot be undone; deletes: what undo removes")
	p("  # max_failures: 5%%       # a share or a number of records that may fail before a run stops")
	p("  # files: attach          # photos and attachments: attach, where the target can take them; folder: into %s.files beside this file", job)
	p("  # files_at: {dir: ./public, url: https://example.com/public}   # where a target gets files that it fetches by address")
	p("  # crosswalk: ./%s.crosswalk   # shared between jobs that load into one account", t.Spec.Vendor)
}

// writeSettings writes the settings of an account: secrets by the name of their
// environment variable.
func writeSettings(p func(string, ...any), spec *connector.Spec, settings map[string]string) {
	p("  settings:")
	for _, s := range spec.Settings {
		switch {
		case s.Secret:
			p("    %s: \"${%s}\"   # %s; also ${file:PATH} or ${keychain:NAME}", s.Name, envOf(s), s.About)
		case settings[s.Name] != "":
			p("    %s: %s   # %s", s.Name, yamlText(settings[s.Name]), s.About)
		default:
			p("    # %s: %s   # %s", s.Name, s.Default, s.About)
		}
	}
}
