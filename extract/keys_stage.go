package extract

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/extract/strictyaml"
)

// readKeyStage reads keys from the live records of another job's stage, which is
// opened for reading only. A record without the field, or with an empty one, is
// blank; places count the records in staging order.
func readKeyStage(ctx context.Context, s *connector.Stream, from KeySource) (list *keyList, err error) {
	fail := func(what, do string, err error) error {
		return &KeysError{Stream: s.Name, Where: from.Stage, What: what, Do: do, Err: err}
	}
	st, err := stage.Open(ctx, from.Stage, stage.Options{ReadOnly: true})
	if err != nil {
		return nil, fail("it cannot be opened", err.Error(), err)
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	account, ok, err := st.Account(ctx, "source")
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fail("nothing was read into it yet", "run `ferry extract` with its job first", nil)
	}
	streams, err := st.Streams(ctx, account.ID)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(streams, from.Stream) {
		return nil, fail(fmt.Sprintf("it holds no stream %q", from.Stream), strictyaml.Suggest(from.Stream, streams), nil)
	}
	f := &fieldKeys{list: newKeyList("record"), field: from.Field}
	if err := f.read(ctx, st, account.ID, from.Stream); err != nil {
		if bad := (*fieldError)(nil); errors.As(err, &bad) {
			return nil, fail(bad.what, "name a field that holds the key", nil)
		}
		return nil, err
	}
	if f.list.rows > 0 && f.absent == f.list.rows {
		return nil, fail(fmt.Sprintf("no record of %s has the field %q", from.Stream, from.Field), f.hint(), nil)
	}
	return f.list, nil
}

// fieldKeys gathers one field of every record.
type fieldKeys struct {
	list   *keyList
	field  string
	absent int      // records that do not have it at all
	first  []string // fields of the first record, for messages
}

// fieldError is a record whose field cannot be a key.
type fieldError struct{ what string }

func (e *fieldError) Error() string { return e.what }

func (f *fieldKeys) read(ctx context.Context, st *stage.Stage, account, stream string) error {
	decoder := stage.NewDecoder()
	return st.Chunks(ctx, account, stream, func(c *stage.Chunk) error {
		records, err := c.Decode(decoder)
		if err != nil {
			return err
		}
		for _, rec := range records {
			if rec.Deleted {
				continue
			}
			if err := f.add(rec); err != nil {
				return err
			}
		}
		return nil
	})
}

// add reads the field from the detail that completes the row, else from the row.
func (f *fieldKeys) add(rec record.Staged) error {
	text, absent, err := "", true, error(nil)
	if rec.Detail != nil {
		text, absent, err = f.value(rec.Detail)
	}
	if err == nil && absent {
		text, absent, err = f.value(rec.Raw)
	}
	if err != nil {
		return err
	}
	if absent {
		f.absent++
	}
	if f.first == nil {
		members, err := rec.Members()
		if err != nil {
			return err
		}
		f.first = slices.Sorted(maps.Keys(members))
	}
	at := f.list.rows + 1
	if err := f.list.add(text, at); err != nil {
		return &fieldError{fmt.Sprintf("record %d: %v", at, err)}
	}
	return nil
}

// value gives the field's text, "" where it is blank or absent.
func (f *fieldKeys) value(raw []byte) (text string, absent bool, err error) {
	key, err := api.KeyOf(raw, []string{f.field})
	var bad *api.KeyError
	switch {
	case err == nil:
		return string(key), false, nil
	case !errors.As(err, &bad):
		return "", false, err
	case strings.HasSuffix(bad.Found, "null"), bad.Found == "an empty text":
		return "", false, nil
	case bad.Found == "missing":
		return "", true, nil
	}
	return "", false, &fieldError{fmt.Sprintf("the field %q of record %d is %s", f.field, f.list.rows+1, bad.Found)}
}

func (f *fieldKeys) hint() string {
	head, _, _ := strings.Cut(f.field, ".")
	return strictyaml.Suggest(head, f.first)
}
