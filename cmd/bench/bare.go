package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"path/filepath"

	"github.com/cespare/xxhash/v2"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/sync/errgroup"
	_ "modernc.org/sqlite"

	"ferry/samples/vendorsim"
)

// barePragmas are those that a stage is written with.
const barePragmas = "?_pragma=page_size(16384)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=cache_size(-65536)"

// barePage is what one worker made of one page.
type barePage struct {
	number int
	rows   int
	hashes []byte // eight bytes a record
	body   []byte // compressed
}

// bareMain is `bench bare`: the least that staging can be. Pages are fetched
// over so many connections, split, each record hashed, the body compressed, and
// written by one writer. No limits, no checks, no retries, no index.
func bareMain(ctx context.Context, args []string, _ io.Reader, out io.Writer) error {
	flags := flag.NewFlagSet("bare", flag.ContinueOnError)
	origin := flags.String("base-url", "", "of the vendor")
	pages := flags.Int("pages", 0, "pages to read")
	connections := flags.Int("connections", 16, "requests in flight")
	dir := flags.String("dir", "", "folder for the file")
	if err := flags.Parse(args); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(*dir, "bare.sqlite")+barePragmas)
	if err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, "CREATE TABLE page (number INTEGER PRIMARY KEY, hashes BLOB NOT NULL, body BLOB NOT NULL)"); err != nil {
		return errors.Join(err, db.Close())
	}
	rows, err := bareRead(ctx, db, *origin, *pages, *connections)
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(map[string]int{"records": rows})
}

// bareRead moves the pages and gives the number of records.
func bareRead(ctx context.Context, db *sql.DB, origin string, pages, connections int) (rows int, err error) {
	numbers, done := make(chan int), make(chan barePage, connections)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(numbers)
		for n := 1; n <= pages; n++ {
			select {
			case numbers <- n:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	readers, readerCtx := errgroup.WithContext(ctx)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections, DisableCompression: true}}
	for range connections {
		readers.Go(func() error { return bareReader(readerCtx, client, origin, numbers, done) })
	}
	group.Go(func() error {
		defer close(done)
		return readers.Wait()
	})
	group.Go(func() error {
		for {
			n, more, err := bareWrite(ctx, db, done)
			if rows += n; err != nil || !more {
				return err
			}
		}
	})
	return rows, group.Wait()
}

// bareReader fetches, splits, hashes and compresses until there are no numbers.
func bareReader(ctx context.Context, client *http.Client, origin string, numbers <-chan int, done chan<- barePage) error {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	var body bytes.Buffer
	for n := range numbers {
		if err := barePull(ctx, client, pageURL(origin, n), &body); err != nil {
			return err
		}
		p := barePage{number: n}
		err := splitPage(body.Bytes(), func(raw []byte) error {
			p.rows++
			p.hashes = binary.BigEndian.AppendUint64(p.hashes, xxhash.Sum64(raw))
			return nil
		})
		if err != nil {
			return err
		}
		p.body = encoder.EncodeAll(body.Bytes(), nil)
		select {
		case done <- p:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// pageURL is the list page that extraction asks too: in the order of creation.
func pageURL(origin string, n int) string {
	return fmt.Sprintf("%s/customer/list?page=%d&pageSize=%d&sort=dateCreated&sortOrder=ascending", origin, n, pageRows)
}

func barePull(ctx context.Context, client *http.Client, url string, body *bytes.Buffer) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	r.SetBasicAuth(vendorsim.DefaultDomain, vendorsim.DefaultAPIKey)
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the vendor answered %s", answer.Status)
	}
	body.Reset()
	_, err = body.ReadFrom(answer.Body)
	return err
}

// splitPage calls fn with each record of a page's data; the bytes are those of
// the body, valid until fn returns.
func splitPage(body []byte, fn func(raw []byte) error) error {
	d := jsontext.NewDecoder(bytes.NewBuffer(body))
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() == '"' {
		key, err := d.ReadValue()
		if err != nil {
			return err
		}
		if string(key) != `"data"` {
			if err := d.SkipValue(); err != nil {
				return err
			}
			continue
		}
		if _, err := d.ReadToken(); err != nil {
			return err
		}
		for d.PeekKind() != ']' {
			raw, err := d.ReadValue()
			if err != nil {
				return err
			}
			if err := fn(raw); err != nil {
				return err
			}
		}
		if _, err := d.ReadToken(); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

// bareBatch is how many pages a transaction holds.
const bareBatch = 16

// bareWrite commits the next few pages; more is false after the last.
func bareWrite(ctx context.Context, db *sql.DB, done <-chan barePage) (rows int, more bool, err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return 0, false, err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after a commit
	insert, err := tx.PrepareContext(ctx, "INSERT INTO page (number, hashes, body) VALUES (?, ?, ?)")
	if err != nil {
		return 0, false, err
	}
	for range bareBatch {
		p, ok := <-done
		if !ok {
			return rows, false, tx.Commit()
		}
		if _, err := insert.ExecContext(ctx, p.number, p.hashes, p.body); err != nil {
			return rows, false, err
		}
		rows += p.rows
	}
	return rows, true, tx.Commit()
}
