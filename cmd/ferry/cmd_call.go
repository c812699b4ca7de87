package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ferry/cmd/ferry/internal/job"
	"ferry/extract"
	"ferry/extract/api"
	"ferry/extract/connector"
)

// callOptions are the flags of `ferry call`.
type callOptions struct {
	Target  bool
	Headers []string
	Query   []string
	Data    string
}

func (a *app) newCall() *cobra.Command {
	var o callOptions
	cmd := &cobra.Command{
		Use:   "call (JOB|VENDOR) METHOD PATH",
		Short: "Make one authorised request within the budget and print the answer",
		Long: `Makes any request to the account of a job, or of a vendor whose settings stand in
the environment variables that its spec names. The request is signed, counted in
the budget and sent to the account's own host only; the answer's body is printed.

Anything but GET and HEAD may change the account: it asks first, or takes --yes.
--dry-run prints what would be sent.`,
		Example: `  ferry call nightly.yaml GET customer/list -q page=1 -q pageSize=5
  ferry call synchroteam GET job/details -q id=4711
  ferry call nightly.yaml POST customer/send -d @customer.json`,
		Args: takes("JOB|VENDOR", "METHOD", "PATH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.callRun(cmd.Context(), args[0], args[1], args[2], o)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.Target, "target", false, "call the target of the job, not its source")
	f.StringArrayVarP(&o.Headers, "header", "H", nil, "a header, name:value")
	f.StringArrayVarP(&o.Query, "query", "q", nil, "a query parameter, name=value")
	f.StringVarP(&o.Data, "data", "d", "", "the body, or @FILE, or @- for standard input")
	return cmd
}

func (a *app) callRun(ctx context.Context, whom, method, path string, o callOptions) (err error) {
	request, err := a.buildRequest(method, path, o)
	if err != nil {
		return err
	}
	l, err := a.callee(whom, o.Target)
	if err != nil {
		return err
	}
	account, err := openLogin(l)
	if err != nil {
		return err
	}
	reads := request.Method == http.MethodGet || request.Method == http.MethodHead
	if a.flags.DryRun {
		a.screen.say("would send %s %s to %s with %s\n", request.Method, request.Path, account.Account.ID, plural(len(request.Body), "byte"))
		return nil
	}
	if !reads {
		question := fmt.Sprintf("Send %s %s to %s? It may change the account.", request.Method, request.Path, account.Account.ID)
		if err := a.confirm(question); err != nil {
			return err
		}
	}
	ln, err := a.dial(ctx, l, 1, job.DefaultMaxBody, func(e extract.Event) {
		a.screen.emit(e)
		if e.Reason != "" {
			a.screen.note("%s: %s", e.Event, e.Reason)
		}
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ln.Close()) }()
	answer, err := ln.Client.Do(ctx, request)
	if err != nil {
		return err
	}
	return a.printAnswer(answer)
}

// callee finds the login of a job's source or target, or of a vendor.
func (a *app) callee(whom string, target bool) (job.Login, error) {
	if slices.Contains(connector.Names(), whom) {
		if target {
			return job.Login{}, usageError("--target needs a job", "give a job file in place of the vendor")
		}
		return a.vendorLogin(whom)
	}
	j, err := job.Load(whom, job.Options{Env: job.Env{Lookup: a.lookup, Keychain: a.keychain}, Source: !target, Target: target})
	if err != nil {
		return job.Login{}, err
	}
	switch {
	case target && (j.Target == nil || j.Target.Spec == nil):
		return job.Login{}, usageError("the job has no target that can be called", "call its source without --target")
	case target:
		return j.Target.Login, nil
	case j.Source.Sheet != nil:
		return job.Login{}, usageError("the job's source is no vendor", "name a vendor")
	}
	return j.Source.Login, nil
}

// vendorLogin takes the settings of a vendor from the environment.
func (a *app) vendorLogin(vendor string) (job.Login, error) {
	spec, err := connector.Load(vendor)
	if err != nil {
		return job.Login{}, asSpecError(err)
	}
	given := map[string]string{}
	for _, s := range spec.Settings {
		if v, ok := a.lookup(envOf(s)); ok {
			given[s.Name] = v
		}
	}
	values, problems := connector.NewValues(spec, given)
	var texts, names []string
	for _, p := range problems {
		setting, err := spec.Setting(p.Setting)
		if err != nil {
			continue
		}
		texts = append(texts, p.Message)
		names = append(names, envOf(setting))
	}
	if len(texts) > 0 {
		return job.Login{}, usageError(strings.Join(texts, "; "), "set "+strings.Join(names, " and ")+", or name a job file")
	}
	return job.Login{Vendor: vendor, Spec: spec, Values: values}, nil
}

func (a *app) buildRequest(method, path string, o callOptions) (api.Request, error) {
	r := api.Request{
		Method: strings.ToUpper(method), Path: strings.TrimPrefix(path, "/"), Header: http.Header{},
		Label: "call", Types: []string{"*/*"},
	}
	known := []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
	if !slices.Contains(known, r.Method) {
		return r, usageError(fmt.Sprintf("%q is no method", method), "write one of "+strings.Join(known, ", "))
	}
	if strings.Contains(path, "://") {
		return r, usageError("PATH is below the account's base URL", "leave out scheme and host, such as customer/list")
	}
	for _, h := range o.Headers {
		name, value, ok := strings.Cut(h, ":")
		if !ok || strings.TrimSpace(name) == "" {
			return r, usageError(fmt.Sprintf("-H %s: no header", name), "write name:value")
		}
		r.Header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	for _, q := range o.Query {
		name, value, ok := strings.Cut(q, "=")
		if !ok || name == "" {
			return r, usageError(fmt.Sprintf("-q %s: no parameter", name), "write name=value")
		}
		r.Query = append(r.Query, connector.Param{Name: name, Value: value})
	}
	body, err := a.callBody(o.Data)
	r.Body = body
	return r, err
}

func (a *app) callBody(data string) ([]byte, error) {
	name, isFile := strings.CutPrefix(data, "@")
	if !isFile {
		return []byte(data), nil
	}
	var body []byte
	var err error
	if name == "-" {
		body, err = io.ReadAll(io.LimitReader(a.In, job.DefaultMaxBody))
	} else {
		body, err = os.ReadFile(name)
	}
	if err != nil {
		return nil, usageError("-d: "+err.Error(), "name a file that can be read")
	}
	return body, nil
}

// confirm asks a person; without one only --yes will do.
func (a *app) confirm(question string) error {
	if a.flags.Yes {
		return nil
	}
	if !a.InTerm {
		return usageError(question+" Nobody can be asked here", "give --yes")
	}
	fmt.Fprintf(a.Err, "%s [y/N] ", question)
	text, err := a.typed()
	if err != nil && text == "" {
		return failure(errors.New("not sent"), "")
	}
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "y", "yes":
		return nil
	}
	return failure(errors.New("not sent"), "")
}

// printAnswer prints a body: indented where a person reads JSON, else as it is.
func (a *app) printAnswer(answer *api.Answer) error {
	a.screen.note("%d %s", answer.Status, http.StatusText(answer.Status))
	if a.flags.JSON {
		event := map[string]any{"event": "answer", "status": answer.Status, "requests": answer.Requests}
		if json.Valid(answer.Body) {
			event["body"] = json.RawMessage(answer.Body)
		} else {
			event["body"] = string(answer.Body)
		}
		a.screen.emit(event)
		return nil
	}
	body := answer.Body
	var pretty bytes.Buffer
	if a.OutTerm && json.Indent(&pretty, body, "", "  ") == nil {
		body = pretty.Bytes()
	}
	if n := len(body); n > 0 && body[n-1] != '\n' && a.OutTerm {
		body = append(slices.Clone(body), '\n')
	}
	if _, err := a.Out.Write(body); err != nil {
		return failure(fmt.Errorf("the answer cannot be written: %w", err), "")
	}
	return nil
}
