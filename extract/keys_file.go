package extract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"ferry/extract/connector"
	"ferry/extract/strictyaml"
)

// readKeyFile reads a file by what it holds, whatever its name says.
func readKeyFile(ctx context.Context, s *connector.Stream, from KeySource) (*keyList, error) {
	fail := keyFileFailure{stream: s.Name, path: from.File}
	file, err := os.Open(from.File)
	if err != nil {
		return nil, fail.open(err)
	}
	defer file.Close()
	head := make([]byte, 8)
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fail.open(err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, fail.open(err)
	}
	base := filepath.Base(from.File)
	switch head = head[:n]; {
	case strings.HasPrefix(base, "~$"):
		return nil, fail.at("", "this is the mark that Excel leaves beside an open workbook", "name "+strings.TrimPrefix(base, "~$"))
	case n == 0:
		return nil, fail.at("", "the file is empty", "write a column name and the keys below it")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return readKeyWorkbook(ctx, s, from, fail)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return nil, fail.at("", "this is an old .xls workbook, or one with a password", "save it in Excel as .xlsx without a password")
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return nil, fail.at("", "the text is UTF-16", `save it as "CSV UTF-8"`)
	case from.Sheet != "":
		return nil, fail.at("", "the file has no sheets: it is text", "remove sheet, or name a workbook")
	}
	return readKeyText(ctx, s, from, file, fail)
}

// keyFileFailure makes the errors about one file.
type keyFileFailure struct{ stream, path string }

func (f keyFileFailure) at(place, what, do string) *KeysError {
	where := f.path
	if place != "" {
		where += ":" + place
	}
	return &KeysError{Stream: f.stream, Where: where, What: what, Do: do}
}

// open says why a file cannot be read, and names one that is spelled alike.
func (f keyFileFailure) open(err error) error {
	e := f.at("", "it cannot be read", "let this user read it")
	e.Err = err
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.What, e.Do = "there is no such file", "make it, or mend its name in source.keys"
		if near := f.near(); near != "" {
			e.Do = fmt.Sprintf("did you mean %q?", near)
		}
	case errors.Is(err, fs.ErrPermission):
	default:
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		e.What, e.Do = "it cannot be read: "+err.Error(), "name a file"
	}
	return e
}

// near finds the file of the folder whose name is nearest.
func (f keyFileFailure) near() string {
	entries, err := os.ReadDir(filepath.Dir(f.path))
	if err != nil {
		return "" // then the folder is what is missing
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return strictyaml.Nearest(filepath.Base(f.path), names)
}

// dotted says that a row holds a key of dots only.
func (f keyFileFailure) dotted(place string) error {
	return f.at(place, "the key is only dots", "mend the cell, or leave it empty")
}

// columnOf finds the column of the keys: the one named in the job, else the only
// one, else the one named as the stream's key field or its label. What is wrong
// comes back as text, never with a name that may be a key.
func columnOf(header []string, s *connector.Stream, want string) (column int, what, do string) {
	names := make([]string, len(header))
	for i, name := range header {
		names[i] = trimmed(name)
	}
	wanted := []string{want}
	if want == "" {
		f := keyField(s)
		wanted = append([]string{f.Name, f.Label}, f.Aliases...)
	}
	var found []int
	for i, name := range names {
		if name != "" && slices.ContainsFunc(wanted, func(w string) bool { return strings.EqualFold(w, name) }) {
			found = append(found, i)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], "", ""
	case len(found) > 1:
		return 0, fmt.Sprintf("the column %q stands twice", names[found[0]]), "remove one, or give it another name"
	case slices.ContainsFunc(names, looksLikeKey):
		return 0, "the first row seems to hold data instead of column names",
			fmt.Sprintf("write a row with names such as %s above it", keyField(s).Name)
	case want != "":
		return 0, fmt.Sprintf("there is no column %q", want), strictyaml.Suggest(want, names)
	case len(names) == 1:
		return 0, "", ""
	}
	return 0, fmt.Sprintf("no column is named %s", strings.Join(slices.DeleteFunc(wanted, func(w string) bool { return w == "" }), " or ")),
		fmt.Sprintf("name the column to take as column: in source.keys; there are: %s", strings.Join(names, ", "))
}

// looksLikeKey tells a phone number, an id or a mail address from the name of a
// column, so that the first row of a file without names is not lost as one.
func looksLikeKey(name string) bool {
	digits, letters := 0, 0
	for _, c := range name {
		switch {
		case unicode.IsDigit(c):
			digits++
		case unicode.IsLetter(c):
			letters++
		}
	}
	return strings.Contains(name, "@") || digits > 0 && letters == 0 || digits >= 5 && digits >= letters
}
