package load

import (
	"fmt"
	"slices"

	"github.com/valyala/fastjson"

	"ferry/extract/connector"
	"ferry/extract/record"
)

// archivedFields are the names under which vendors say that a record is out of
// use, without having deleted it.
var archivedFields = []string{"archived", "is_archived", "isArchived", "disabled", "deleted", "is_deleted", "isDeleted", "merged"}

// Archived tells by the members of a record of a stream of the target whether it is
// out of use, so that a find looks for another first.
func Archived(st *connector.Stream) func(members map[string]any) bool {
	var fields []string
	shapes := shapesOf(st)
	for _, name := range archivedFields {
		if sh := shapes[name]; sh != nil && sh.kind == record.Boolean {
			fields = append(fields, name)
		}
	}
	return func(members map[string]any) bool {
		return slices.ContainsFunc(fields, func(name string) bool {
			return members[name] != nil && string(canonBool([]byte(fmt.Sprint(members[name])), 0)) == "true"
		})
	}
}

func archived(shapes map[string]*shape, v *fastjson.Value) bool {
	for _, name := range archivedFields {
		if sh := shapes[name]; sh != nil && sh.kind == record.Boolean {
			if b, _ := sh.in(v); !blank(b) && string(appendCanon(nil, sh, b)) == "true" {
				return true
			}
		}
	}
	return false
}
