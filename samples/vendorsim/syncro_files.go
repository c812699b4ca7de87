package vendorsim

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"path"
	"slices"
	"strings"
	"time"
)

// SyncroFile is one attachment of a ticket, as tests look at it.
type SyncroFile struct {
	// ID is what the ticket shows and delete_attachment takes; Name is the file's name there; URL is where it was fetched.
	ID, Name, URL string
	Size          int64
	SHA256        string
}

// errNoFetch is why nothing is fetched where the options name no way to.
var errNoFetch = errors.New("the vendor cannot reach this address")

// fetched is one address that a call asked the vendor to fetch.
type fetched struct {
	url, name string
	data      []byte
	err       error
}

// fetch gets the files that a call names. It takes no lock, for Options.Fetch may take its time or ask the simulator.
func (s *Syncro) fetch(c *call) []fetched {
	files, _ := c.sent.fields["files"].([]any)
	var out []fetched
	for _, v := range files {
		one, _ := v.(map[string]any)
		f := fetched{url: plainText(one["url"]), name: plainText(one["filename"]), err: errNoFetch}
		if f.url == "" {
			continue
		}
		if f.name == "" {
			f.name = path.Base(f.url)
		}
		if s.o.Fetch != nil {
			f.data, f.err = s.o.Fetch(f.url)
		}
		out = append(out, f)
	}
	return out
}

// attach lets the vendor fetch files from the addresses given. The answer comes at once and is the same whatever becomes of
// them: what could be fetched, and is neither too large nor of a refused type, appears in the ticket a moment later.
func (s *Syncro) attach(c *call) reply {
	i := s.ticket(c)
	if i < 0 {
		return notFound(c)
	}
	if _, is := c.sent.fields["files"].([]any); !is {
		return oneError([]string{"Missing files param - or not an array like [{'url':'http://foo','filename': 'test'}]"}, nil, nil)
	}
	for _, f := range c.files {
		if s.o.Fetch == nil || f.err == nil {
			s.effect(SyncroFetch)
		}
		if f.err != nil || s.maxFile > 0 && int64(len(f.data)) > s.maxFile || s.refusesType(f.name) {
			continue
		}
		sum := sha256.Sum256(f.data)
		file := SyncroFile{ID: itoa(s.number()), Name: f.name, URL: f.url, Size: int64(len(f.data)), SHA256: hex.EncodeToString(sum[:])}
		s.after(c.now.Add(s.o.AttachDelay), func() { s.attached(i, file) })
	}
	return s.done(c, object{{"message", "Processing - refresh ticket in a moment to see if it worked."}})
}

// attached lets a file appear.
func (s *Syncro) attached(i int, file SyncroFile) {
	t := s.tickets
	if t.headAt(i).deleted {
		return
	}
	r := t.touch(i, t.stamp(s.recent.now))
	r.body = r.body.clone()
	all, _ := r.body.get("attachments").([]object)
	id, _ := asInt.take(file.ID).(int64)
	r.body.set("attachments", append(all[:len(all):len(all)], object{{"id", id}, {"file_name", file.Name}}))
	s.files[r.key] = append(s.files[r.key], file)
}

// detach removes one attachment.
func (s *Syncro) detach(c *call) reply {
	i := s.ticket(c)
	if i < 0 {
		return notFound(c)
	}
	id, _ := asInt.take(c.sent.fields["attachment_id"]).(int64)
	all, _ := s.tickets.at(i).body.get("attachments").([]object)
	rest := without(all, id)
	if len(rest) == len(all) {
		return notFound(c)
	}
	r := s.changed(s.tickets, i, c)
	r.body.set("attachments", rest)
	s.files[r.key] = slices.DeleteFunc(slices.Clone(s.files[r.key]), func(f SyncroFile) bool { return f.ID == itoa(id) })
	return s.done(c, object{{"success", true}})
}

func (s *Syncro) refusesType(name string) bool {
	return slices.ContainsFunc(s.badTypes, func(end string) bool { return strings.HasSuffix(strings.ToLower(name), strings.ToLower(end)) })
}

// SetFileRules limits attachments from now on: none above max bytes (0 is no limit), none whose name ends as refused says,
// such as ".exe". What breaks a rule never appears; the answer does not tell.
func (s *Syncro) SetFileRules(max int64, refused ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.maxFile, s.badTypes = max, refused
}

// Attachments returns the files of a ticket that the vendor fetched, in their order.
func (s *Syncro) Attachments(ticket string) []SyncroFile {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrive(s.Now())
	return slices.Clone(s.files[ticket])
}

// attachDelay is the usual moment between the answer and the attachment.
const attachDelay = 2 * time.Second
