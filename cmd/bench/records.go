package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"

	"ferry/samples/vendorsim"
)

// recordsMain is `bench records`: it writes an account's customers as NDJSON,
// one record a line as the vendor sends it, asking the simulator within the
// process. It is what the yardsticks of the exports read.
func recordsMain(ctx context.Context, args []string, _ io.Reader, _ io.Writer) (err error) {
	flags := flag.NewFlagSet("records", flag.ContinueOnError)
	described := flags.String("account", "{}", "the account as JSON")
	path := flags.String("out", "", "the file to write")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var a account
	if err := json.Unmarshal([]byte(*described), &a); err != nil {
		return fmt.Errorf("-account: %w", err)
	}
	f, err := os.Create(*path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	client := &http.Client{Transport: vendorsim.NewSynchroteam(a.options()).Transport()}
	out := bufio.NewWriterSize(f, 1<<20)
	var body bytes.Buffer
	for n := 1; n <= (a.Customers+pageRows-1)/pageRows; n++ {
		if err := barePull(ctx, client, pageURL("http://localhost/api/v3", n), &body); err != nil {
			return err
		}
		err := splitPage(body.Bytes(), func(raw []byte) error {
			_, err := out.Write(append(raw, '\n'))
			return err
		})
		if err != nil {
			return err
		}
	}
	return out.Flush()
}
