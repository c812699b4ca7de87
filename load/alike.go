package load

import (
	"slices"
	"strings"
	"sync"

	"github.com/cespare/xxhash/v2"
	"github.com/valyala/fastjson"

	"ferry/extract/record"
)

// Look-alikes are target records that share a name, a phone or an address with
// one that is to be created. Nothing is decided by it: people are shown them.

// alikeRule is one way in which records look alike.
type alikeRule struct {
	why    string
	least  int // letters or digits below which a value says nothing
	fold   record.Folding
	loose  bool         // names in other spellings are the same too: see record.Looser
	tail   int          // only so many of the last letters count; 0: all
	groups [][][]string // values that count each for itself: the paths whose texts make it
	whole  *matchGroup  // instead of groups: fields that have to agree all together
	index  hashIndex
}

const looseFold = record.FoldingCase | record.FoldingAccents | record.FoldingMarks

// alikeNames are names of fields that hold a name, the most telling first.
var alikeNames = []string{"business_name", "company", "company_name", "organization", "name", "full_name", "fullname"}

var alikePersons = [][2]string{{"firstname", "lastname"}, {"first_name", "last_name"}, {"firstName", "lastName"}}

// alikeRules finds what a stream's records can be alike in, by its field names.
func alikeRules(shapes map[string]*shape) []*alikeRule {
	name := &alikeRule{why: "the same name", least: 3, loose: true}
	phone := &alikeRule{why: "the same phone", least: 7, fold: record.FoldingDigits, tail: 9}
	address := &alikeRule{why: "the same address", least: 6, fold: looseFold}
	for _, n := range alikeNames {
		if textShape(shapes[n]) {
			name.groups = append(name.groups, [][]string{{n}})
			break
		}
	}
	for _, p := range alikePersons {
		if textShape(shapes[p[0]]) && textShape(shapes[p[1]]) {
			name.groups = append(name.groups, [][]string{{p[0]}, {p[1]}})
		}
	}
	var place [][]string
	for _, n := range sortedNames(shapes) {
		low := strings.ToLower(n)
		switch {
		case !textShape(shapes[n]):
		case strings.Contains(low, "phone") || strings.Contains(low, "mobile"):
			phone.groups = append(phone.groups, [][]string{{n}})
		case place == nil && (low == "address" || low == "address1" || low == "addressstreet" || low == "street"):
			place = [][]string{{n}}
		}
	}
	for _, n := range []string{"zip", "addressZIP", "postal_code", "city", "addressCity"} {
		if place != nil && textShape(shapes[n]) {
			address.groups = [][][]string{append(place, []string{n})}
			break
		}
	}
	var rules []*alikeRule
	for _, r := range []*alikeRule{name, phone, address} {
		// One value a record is indexed: the first group that has one.
		if len(r.groups) > 0 {
			rules = append(rules, r)
		}
	}
	return rules
}

func textShape(sh *shape) bool { return sh != nil && sh.shown && sh.kind == record.String }

func sortedNames(shapes map[string]*shape) []string {
	names := make([]string, 0, len(shapes))
	for n := range shapes {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

var loosers = sync.Pool{New: func() any { return new(record.Looser) }}

// looseName takes its spelling from the name in buf, in place.
func looseName(buf []byte) []byte {
	l := loosers.Get().(*record.Looser)
	defer loosers.Put(l)
	return append(buf[:0], l.Bytes(buf)...)
}

// sum is the hash of what a record is alike in; 0 where it says too little.
func (r *alikeRule) sum(v *fastjson.Value, buf []byte) (uint64, []byte) {
	if r.whole != nil {
		return r.whole.sum(v, buf)
	}
	for _, group := range r.groups {
		buf = buf[:0]
		whole := true
		for _, path := range group {
			found := v.Get(path...)
			if blank(found) || found.Type() != fastjson.TypeString {
				whole = false
				break
			}
			if buf = r.fold.Append(buf, text(found)); r.loose {
				buf = append(buf, ' ')
			}
		}
		if r.loose {
			buf = looseName(buf)
		}
		if !whole || len(buf) < r.least {
			continue
		}
		if r.tail > 0 && len(buf) > r.tail {
			buf = append(buf[:0], buf[len(buf)-r.tail:]...)
		}
		return nonzero(xxhash.Sum64(buf)), buf
	}
	return 0, buf
}
