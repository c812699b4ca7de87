package extract

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// mostRefused is how many keys the vendor may refuse before one was good. After
// that the rest is not asked: the column or the call is wrong, not the keys.
const mostRefused = 20

// keyAsker asks for the keys of one stream, several at once.
type keyAsker struct {
	*runner
	rd *reading

	mu      sync.Mutex // guards what follows
	good    int        // found or missing
	refused int
	failed  []givenKey // without an answer; asked again by the next run
}

// askKeys makes a call for each key that the sweep has no answer for, and gives
// those that still have none.
func (r *runner) askKeys(ctx context.Context, rd *reading) (failed []givenKey, err error) {
	pending, err := r.pendingKeys(ctx, rd)
	if err != nil {
		return nil, err
	}
	a := &keyAsker{runner: r, rd: rd}
	g := newTasks(ctx)
	g.group.SetLimit(max(r.cfg.Connections, 1))
	for _, k := range pending {
		if r.stopped() || g.ctx.Err() != nil {
			break
		}
		g.Go(func(ctx context.Context) error { return a.ask(ctx, k) })
	}
	err = g.Wait()
	switch {
	case err != nil && a.allRefused():
		// Nothing of this reading is worth keeping, and the next begins anew.
		return nil, errors.Join(err, r.cfg.Stage.DropSweep(context.WithoutCancel(ctx), rd.sweep.ID))
	case err != nil:
		return nil, err
	case r.stopped():
		return nil, errStopped
	}
	slices.SortFunc(a.failed, func(x, y givenKey) int { return x.at - y.at })
	return a.failed, nil
}

// ask asks for one key and stages what it led to.
func (a *keyAsker) ask(ctx context.Context, k givenKey) error {
	page, answer, outcome, err := a.fetch(ctx, k)
	if err != nil {
		return a.unanswered(k, err)
	}
	ref := stage.PageRef{Sweep: a.rd.sweep.ID, Variant: k.id(), Number: k.at, Stripe: outcome}
	if outcome == keyFound {
		if err := a.keepAlias(ctx, k, page); err != nil {
			return err
		}
	}
	if _, err := a.put(ctx, a.rd.sweep.listing, ref, page, answer); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if outcome != keyRefused {
		a.good++
	}
	return nil
}

// fetch makes the call. Where the vendor has no such record, or refuses the
// key, the page is empty.
func (a *keyAsker) fetch(ctx context.Context, k givenKey) (page *api.Page, answer *api.Answer, outcome int, err error) {
	get := a.rd.stream.Get
	call, err := get.Fill(func(place string) (string, bool) { return k.text, place == "key" })
	if err != nil {
		return nil, nil, 0, err
	}
	req := readRequest(call, fmt.Sprintf("%s, %s %d", a.rd.stream.Name, a.rd.keys.unit, k.at))
	err = a.request(ctx, a.rd.rank, a.rd.counts, func() (spent int, err error) {
		page, answer, err = a.cfg.Client.Records(ctx, req, get.Records, connector.RowShape{})
		return requestsOf(answer, err), err
	})
	switch {
	case err == nil && len(page.Rows) == 1:
		if _, keyless := a.rd.sweep.listing.entries(page, ""); keyless > 0 {
			// Staged under a hash it would stay beside the record itself for ever.
			return nil, nil, 0, &api.ShapeError{Want: "a record with its " + a.rd.stream.Key[0], Found: "one without"}
		}
		return page, answer, keyFound, nil
	case err == nil && len(page.Rows) == 0, api.ClassOf(err) == connector.Missing:
		outcome = keyMissing
	case err == nil:
		return nil, nil, 0, &api.ShapeError{Want: "the one record asked for", Found: plural(len(page.Rows), "record")}
	case api.ClassOf(err) == connector.Permanent && ofOneRecord(err):
		if err := a.refuse(k, err); err != nil {
			return nil, nil, 0, err
		}
		outcome = keyRefused
	default:
		return nil, nil, 0, masked(err, k)
	}
	page, answer, err = beyondTheEnd(a.cfg.Budget.Now())
	return page, answer, outcome, err
}

// refuse counts a key that the vendor takes for none. The error ends the stream.
func (a *keyAsker) refuse(k givenKey, err error) error {
	err = masked(err, k)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.refused++
	if a.good == 0 && a.refused >= mostRefused {
		return &allRefusedError{a.refused, err}
	}
	if a.refused <= mostListed { // the certificate counts them all
		a.note(a.rd.stream.Name, err.Error())
	}
	return nil
}

func (a *keyAsker) allRefused() bool { return a.good == 0 && a.refused >= mostRefused }

// allRefusedError says that the vendor refused every key so far.
type allRefusedError struct {
	n   int
	err error
}

func (e *allRefusedError) Error() string {
	return fmt.Sprintf("the vendor refused each of the first %d keys: %v; is it the right column?", e.n, e.err)
}

func (e *allRefusedError) Unwrap() error { return e.err }

// unanswered keeps a key whose call came to nothing; what concerns more than one
// key ends the stream or the run.
func (a *keyAsker) unanswered(k givenKey, err error) error {
	all := (*allRefusedError)(nil)
	if errors.Is(err, errStopped) || errors.As(err, &all) || !ofOneRecord(err) {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.failed = append(a.failed, k)
	if len(a.failed) <= mostListed {
		a.note(a.rd.stream.Name, err.Error())
	}
	return nil
}

// keepAlias remembers which record a key leads to where the record has another
// key of its own (an address asked for, an id received): once the vendor no
// longer finds the key, that record is the one that is gone.
func (a *keyAsker) keepAlias(ctx context.Context, k givenKey, page *api.Page) error {
	entries, _ := a.rd.sweep.listing.entries(page, "")
	if entries[0].Key == record.Key(k.text) {
		return nil
	}
	name, key := aliasNote(a.runner, a.rd, k), string(entries[0].Key)
	known, _, err := a.cfg.Stage.Note(ctx, name)
	if err != nil || known == key {
		return err
	}
	return a.cfg.Stage.SetNote(ctx, name, key)
}

func aliasNote(r *runner, rd *reading, k givenKey) string {
	return "key " + r.cfg.Account.ID + " " + rd.stream.Name + " " + k.id()
}

// maskedError is an error whose text repeated a key.
type maskedError struct {
	error
	text string
}

func (e *maskedError) Error() string { return e.text }
func (e *maskedError) Unwrap() error { return e.error }

// masked keeps a key, which may be a phone number or an address, out of an
// error's text: paths hold keys, and vendors echo them, sometimes spelled in
// another way.
func masked(err error, k givenKey) error {
	const shortest = 4 // what is shorter tells nobody, and stands in too many words
	text := err.Error()
	if len(k.text) < shortest {
		return err
	}
	clean := text
	for _, form := range []string{k.text, url.PathEscape(k.text), url.QueryEscape(k.text)} {
		clean = strings.ReplaceAll(clean, form, "{key}")
	}
	digits := digitsOf(k.text)
	if len(digits) > shortest && strings.Contains(digitsOf(clean), digits) {
		clean = "the vendor's answer repeats the key and is not shown"
		if failed := (*api.Error)(nil); errors.As(err, &failed) {
			clean = fmt.Sprintf("%s: answered %d", failed.Label, failed.Status)
		}
	}
	if clean == text {
		return err
	}
	return &maskedError{err, clean}
}

func digitsOf(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsDigit(c) {
			return c
		}
		return -1
	}, text)
}
