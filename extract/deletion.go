package extract

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/record"
)

// bury makes tombstones of records that a proven sweep does not list any more:
// rows without a key that were an accident of an earlier reading,
// those the vendor lists as deleted, those it does not find when asked by key,
// and, where it can be asked neither way, those that a second sweep misses too.
// A record that is found by its key though no list shows it stays.
func (r *runner) bury(ctx context.Context, rd *reading, sweeps []*sweep) error {
	live, err := r.cfg.Stage.LiveCount(ctx, r.cfg.Account.ID, rd.stream.Name)
	if err != nil {
		return err
	}
	if live == rd.certificate.Distinct { // every record listed is live: as many means the same
		return r.setUnlisted(ctx, rd.stream, 0)
	}
	last, err := r.missingFrom(ctx, rd, sweeps[len(sweeps)-1:])
	if err != nil {
		return err
	}
	nameless, _ := split(last, isKeyless)
	if err := r.tombstone(ctx, rd, nameless); err != nil {
		return err
	}
	missing, err := r.missingFrom(ctx, rd, sweeps)
	if err != nil || len(missing) == 0 {
		return errors.Join(err, r.setUnlisted(ctx, rd.stream, 0))
	}
	if rd.stream.Deleted != nil {
		listed, err := r.deletedKeys(ctx, rd)
		if err != nil {
			return err
		}
		var gone []record.Key
		gone, missing = split(missing, listed.has)
		if err := r.tombstone(ctx, rd, gone); err != nil {
			return err
		}
	}
	if rd.stream.Get == nil {
		return r.buryBySecondSweep(ctx, rd, sweeps, missing)
	}
	gone, err := r.notFound(ctx, rd, missing)
	if err != nil {
		return err
	}
	if err := r.setUnlisted(ctx, rd.stream, len(missing)-len(gone)); err != nil {
		return err
	}
	return r.tombstone(ctx, rd, gone)
}

// missingFrom lists the live records that neither the sweeps name nor a closing
// probe of this run: what the probe named is newer than the sweep.
func (r *runner) missingFrom(ctx context.Context, rd *reading, sweeps []*sweep) (missing []record.Key, err error) {
	ids := slices.Clone(rd.counts.asides)
	for _, sw := range sweeps {
		ids = append(ids, sw.ID)
	}
	err = r.cfg.Stage.MissingFrom(ctx, r.cfg.Account.ID, rd.stream.Name, ids, func(k record.Key) error {
		missing = append(missing, k)
		return nil
	})
	return missing, err
}

// deletedKeys reads the vendor's list of deleted records to its end.
func (r *runner) deletedKeys(ctx context.Context, rd *reading) (keySet, error) {
	sw, err := r.openSweep(ctx, r.deletedListing(rd), 1)
	if err != nil {
		return nil, err
	}
	if err := r.readAll(ctx, sw); err != nil {
		return nil, err
	}
	t, err := r.tallyOf(ctx, sw.ID)
	if err != nil {
		return nil, err
	}
	return t.keys, r.endSweeps(ctx, []*sweep{sw})
}

// buryListed makes tombstones of the n live records that the vendor lists as
// deleted. If it lists another number of them (a vendor that ignores the
// filter lists every record), or lists one that the changes just showed as
// live, none is made: the sweep that follows decides.
func (r *runner) buryListed(ctx context.Context, rd *reading, n int) error {
	listed, err := r.deletedKeys(ctx, rd)
	if err != nil || len(listed) == 0 {
		return err
	}
	var gone []record.Key
	err = r.cfg.Stage.MissingFrom(ctx, r.cfg.Account.ID, rd.stream.Name, nil, func(k record.Key) error {
		if listed.has(k) {
			gone = append(gone, k)
		}
		return nil
	})
	if err != nil || len(gone) != n {
		return err
	}
	changed, err := r.tallyOf(ctx, rd.sweep.ID)
	if err != nil || changed.keys.hasAny(gone) {
		return err
	}
	return r.tombstone(ctx, rd, gone)
}

// notFound asks for each key by itself and gives those the vendor does not know.
func (r *runner) notFound(ctx context.Context, rd *reading, keys []record.Key) (gone []record.Key, err error) {
	var mu sync.Mutex
	g := newTasks(ctx)
	g.group.SetLimit(max(r.cfg.Connections, 1))
	for _, key := range keys {
		g.Go(func(ctx context.Context) error {
			found, err := r.exists(ctx, rd, key)
			if err == nil && !found {
				mu.Lock()
				gone = append(gone, key)
				mu.Unlock()
			}
			return err
		})
	}
	return gone, g.Wait()
}

func (r *runner) exists(ctx context.Context, rd *reading, key record.Key) (found bool, err error) {
	call, err := rd.stream.Get.Fill(func(string) (string, bool) { return string(key), true })
	if err != nil {
		return false, err
	}
	req := readRequest(call, rd.stream.Name)
	var answer *api.Answer
	err = r.request(ctx, rd.rank, rd.counts, func() (_ int, err error) {
		answer, err = r.cfg.Client.Do(ctx, req)
		return requestsOf(answer, err), err
	})
	if err != nil && api.ClassOf(err) == connector.Missing {
		return false, nil
	}
	return err == nil && !isAnother(rd.stream, answer, key), err
}

// isAnother tells whether an answer is plainly a record of another key: some
// paths take a number in place of the id.
func isAnother(s *connector.Stream, a *api.Answer, key record.Key) bool {
	own := ownKey(s)
	page, err := api.SplitRecords(a.Body, s.Get.Records, connector.RowShape{})
	if err != nil || len(page.Rows) != 1 || len(own) < len(s.Key) {
		return false
	}
	found, err := api.KeyOf(page.Rows[0].Raw, own)
	return err == nil && found != key
}

// buryBySecondSweep lets another reading of the list decide.
func (r *runner) buryBySecondSweep(ctx context.Context, rd *reading, sweeps []*sweep, missing []record.Key) error {
	if len(sweeps) > 1 { // proven by two readings: both miss them
		return r.tombstone(ctx, rd, missing)
	}
	l := *rd.sweep.listing
	l.repeat, l.purpose = true, fmt.Sprintf("deletions of %d", rd.sweep.ID)
	second, err := r.openSweep(ctx, &l, 2)
	if err != nil {
		return err
	}
	if err := r.readAll(ctx, second); err != nil {
		return err
	}
	still, err := r.missingFrom(ctx, rd, append(sweeps, second))
	if err != nil {
		return err
	}
	return errors.Join(r.tombstone(ctx, rd, still), r.endSweeps(ctx, []*sweep{second}))
}

func (r *runner) tombstone(ctx context.Context, rd *reading, keys []record.Key) error {
	if len(keys) == 0 {
		return nil
	}
	n, err := r.cfg.Stage.Tombstone(ctx, r.cfg.Account.ID, rd.stream.Name, keys, r.cfg.Budget.Now())
	rd.tombstones += n
	return err
}

// unlisted is how many live records no list shows though the vendor finds them
// by key; without them the total never equals the live count.
func (r *runner) unlisted(ctx context.Context, s *connector.Stream) (int, error) {
	note, ok, err := r.cfg.Stage.Note(ctx, unlistedNote(r, s))
	if err != nil || !ok {
		return 0, err
	}
	return strconv.Atoi(note)
}

func (r *runner) setUnlisted(ctx context.Context, s *connector.Stream, n int) error {
	return r.cfg.Stage.SetNote(ctx, unlistedNote(r, s), strconv.Itoa(n))
}

func unlistedNote(r *runner, s *connector.Stream) string {
	return "unlisted " + r.cfg.Account.ID + " " + s.Name
}

func isKeyless(k record.Key) bool { return k[0] == '~' }

// split parts keys by a test.
func split(keys []record.Key, test func(record.Key) bool) (yes, no []record.Key) {
	for _, k := range keys {
		if test(k) {
			yes = append(yes, k)
		} else {
			no = append(no, k)
		}
	}
	return yes, no
}
