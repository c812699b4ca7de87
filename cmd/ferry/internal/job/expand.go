package job

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Env is where placeholders are looked up. Both functions may be nil: nothing
// is found then.
type Env struct {
	Lookup   func(name string) (string, bool)  // ${NAME}
	Keychain func(name string) (string, error) // ${keychain:NAME}
	ReadFile func(path string) ([]byte, error) // ${file:PATH}; nil is os.ReadFile
}

var (
	placeholder  = regexp.MustCompile(`\$\$|\$\{([^}]*)\}|\$`)
	variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// missing is a placeholder that cannot be resolved, with what to do about it.
type missing struct{ what, hint string }

func (m *missing) Error() string { return m.what }

// expanded is a text whose placeholders were resolved.
type expanded struct {
	text       string
	references int  // placeholders resolved
	literal    bool // other text stands beside them
}

// expand resolves every placeholder of a text with resolve.
func expand(text string, resolve func(name string) (string, error)) (expanded, error) {
	var out expanded
	var b strings.Builder
	last := 0
	for _, at := range placeholder.FindAllStringSubmatchIndex(text, -1) {
		b.WriteString(text[last:at[0]])
		out.literal = out.literal || at[0] > last
		last = at[1]
		switch match := text[at[0]:at[1]]; match {
		case "$$":
			b.WriteByte('$')
			out.literal = true
		case "$":
			return out, &missing{"a lone $ stands here", "write ${NAME} for a variable, $$ for a dollar"}
		default:
			value, err := resolve(text[at[2]:at[3]])
			if err != nil {
				return out, err
			}
			out.references++
			b.WriteString(value)
		}
	}
	b.WriteString(text[last:])
	out.text = b.String()
	out.literal = out.literal || last < len(text)
	return out, nil
}

// unresolved takes every well-formed placeholder for empty: for values that
// are only looked at, not used.
func unresolved(name string) (string, error) {
	if kind, rest, tagged := strings.Cut(name, ":"); tagged {
		if (kind == "file" || kind == "keychain") && rest != "" {
			return "", nil
		}
	} else if variableName.MatchString(name) {
		return "", nil
	}
	return "", &missing{fmt.Sprintf("${%s} is no placeholder", name),
		"write ${NAME}, ${file:PATH} or ${keychain:NAME}; $$ for a dollar"}
}

// resolver resolves names; file paths count from dir.
func (e Env) resolver(dir string) func(string) (string, error) {
	return func(name string) (string, error) {
		if _, err := unresolved(name); err != nil {
			return "", err
		}
		kind, rest, _ := strings.Cut(name, ":")
		switch kind {
		case "file":
			return e.file(rest, dir)
		case "keychain":
			if rest != "" {
				return e.keychain(rest)
			}
		}
		return e.variable(name)
	}
}

func (e Env) variable(name string) (string, error) {
	if e.Lookup != nil {
		if v, ok := e.Lookup(name); ok && v != "" {
			return v, nil
		}
	}
	return "", &missing{fmt.Sprintf("the environment variable %s is not set", name),
		fmt.Sprintf(`set it before the run: export %s=...  (PowerShell: $env:%s = "...")`, name, name)}
}

func (e Env) file(path, dir string) (string, error) {
	full := path
	if !filepath.IsAbs(full) {
		full = filepath.Join(dir, path)
	}
	read := e.ReadFile
	if read == nil {
		read = os.ReadFile
	}
	data, err := read(full)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", &missing{fmt.Sprintf("there is no file %s (counted from the job file)", path),
			"make the file, with the value as its only line"}
	case err != nil:
		return "", &missing{fmt.Sprintf("the file %s cannot be read: %v", path, reason(err)), "let this user read it"}
	}
	value := strings.TrimRight(strings.TrimPrefix(string(data), "\ufeff"), "\r\n")
	if value == "" {
		return "", &missing{fmt.Sprintf("the file %s is empty", path), "write the value into it"}
	}
	return value, nil
}

func (e Env) keychain(name string) (string, error) {
	hint := fmt.Sprintf("store it in the system's keychain under service %q and user %q, or use ${NAME}", "ferry", name)
	if e.Keychain == nil {
		return "", &missing{"there is no keychain here", hint}
	}
	value, err := e.Keychain(name)
	if err != nil || value == "" {
		return "", &missing{fmt.Sprintf("the keychain gives nothing for %q", name), hint}
	}
	return value, nil
}

// reason drops the path that an *os.PathError repeats.
func reason(err error) error {
	if path, ok := errors.AsType[*os.PathError](err); ok {
		return path.Err
	}
	return err
}
