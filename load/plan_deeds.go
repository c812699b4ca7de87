package load

import (
	"errors"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"
	"github.com/valyala/fastjson"

	"ferry/extract/stage"
)

// deedCache asks a sink what writes take. Creations with values in the same
// fields take the same, so that the sink is asked once for all of them; of the
// values themselves only those count that it may decide by: truth, values of
// which there are a few, and whether a moment has a zone. It belongs to one goroutine.
type deedCache struct {
	sink  Sink
	e     *plannedEntry
	known map[uint64]deedAnswer
}

type deedAnswer struct {
	deeds Deeds
	why   *Reason
}

// maxDeeds bounds what is remembered.
const maxDeeds = 4096

func newDeedCache(sink Sink, e *plannedEntry) *deedCache {
	return &deedCache{sink: sink, e: e, known: map[uint64]deedAnswer{}}
}

// of gives what a write takes, and the reason where it cannot be. fields is
// Write.Fields parsed, of a creation; asked makes it ask in any case.
func (c *deedCache) of(w Write, fields *fastjson.Value, asked bool) (Deeds, *Reason) {
	if c.sink == nil {
		return Deeds{List: make([]Deed, 1)}, nil
	}
	if asked || fields == nil || len(w.Reach) > 0 {
		return c.ask(w)
	}
	sum := c.shapeSum(fields, "")
	answer, known := c.known[sum]
	if !known {
		answer.deeds, answer.why = c.ask(w)
		if len(c.known) < maxDeeds {
			c.known[sum] = answer
		}
	}
	return answer.deeds, answer.why
}

func (c *deedCache) ask(w Write) (Deeds, *Reason) {
	deeds, err := c.sink.Deeds(w)
	if err == nil {
		if w.Kind == stage.AttemptCreate {
			deeds.Final = append(slices.Clone(deeds.Final), undoLeaves(c.sink, c.e.rules, &w, deeds)...)
		}
		return deeds, nil
	}
	why := &Reason{Code: CodeCannot, Text: err.Error(), Do: "change the mapping"}
	if refused := (*RefusedError)(nil); errors.As(err, &refused) {
		why.Text, why.Field, why.Do = refused.Reason, refused.Field, refused.Do
		for _, code := range []string{CodeMissing, CodeUnreachable} {
			if strings.HasPrefix(refused.Reason, code) {
				why.Code = code
			}
		}
	}
	return deeds, why
}

// shapeSum hashes which fields there are, and the values that matter.
func (c *deedCache) shapeSum(v *fastjson.Value, path string) uint64 {
	switch v.Type() {
	case fastjson.TypeObject:
		sum := xxhash.Sum64String(path + "{")
		v.GetObject().Visit(func(name []byte, member *fastjson.Value) { sum += c.shapeSum(member, joinPath(path, string(name))) })
		return sum
	case fastjson.TypeArray:
		sum := xxhash.Sum64String(path + "[")
		for _, e := range elements(v) {
			sum = sum*31 + c.shapeSum(e, path+"[]")
		}
		return sum
	case fastjson.TypeString:
		switch s := text(v); {
		case len(s) == 0:
			return xxhash.Sum64String(path + `""`)
		case c.e.enums[path]:
			return xxhash.Sum64(append([]byte(path+"="), s...))
		case zoned(s):
			return xxhash.Sum64String(path + "@")
		}
	case fastjson.TypeTrue, fastjson.TypeFalse, fastjson.TypeNull:
		return xxhash.Sum64(v.MarshalTo([]byte(path + "=")))
	}
	return xxhash.Sum64String(path)
}

// zoned says whether a text may be a moment with its zone, which a target that
// keeps local times may have to refuse.
func zoned(s []byte) bool {
	n := len(s)
	return n > 10 && isDigit(s[0]) && (s[n-1] == 'Z' || n > 6 && isDigit(s[n-1]) && (s[n-6] == '+' || s[n-6] == '-' || s[n-5] == '+' || s[n-5] == '-'))
}
