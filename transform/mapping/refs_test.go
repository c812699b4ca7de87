package mapping

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

const ownerRule = `owner_id: 'find("user", {name: owner.name}) ?? placeholder("Nobody")'`

func TestARefThatCanWaitMayCloseACircle(t *testing.T) {
	for _, rule := range []string{`owner_id: ref("tickets", id)`, `owner_id: ref("companies", id)`} {
		f := inTestdata(t, replaceOnce(t, good(t), ownerRule, rule))
		assert.NoError(t, Check(f, alpha(t), beta(t), nil), rule)
	}
}

func TestReferenceIsReadFromTheFile(t *testing.T) {
	f := inTestdata(t, replaceOnce(t, good(t), "    duplicates: hold", "    duplicates: hold\n    reference: remark"))
	require.NoError(t, Check(f, alpha(t), beta(t), nil))
	assert.Equal(t, "remark", f.Stream("companies").Reference)
	assert.Empty(t, f.Stream("tickets").Reference)
}

// The shipped mappings leave the custom fields out as a whole; a copy may map one.
func TestALabelMayBeMappedThoughTheOthersAreLeftOut(t *testing.T) {
	spec := alpha(t)
	st, err := spec.Stream("client")
	require.NoError(t, err)
	var custom string
	for _, f := range st.Fields {
		if f.Kind == record.Custom {
			custom = f.Name
		}
	}
	require.NotEmpty(t, custom)
	f := inTestdata(t, replaceOnce(t, good(t), "    leave:\n", "    leave:\n      "+custom+": the labels differ\n"))
	assert.NoError(t, Check(f, spec, beta(t), nil))
	p, err := f.Compile(spec, beta(t))
	require.NoError(t, err)
	assert.Contains(t, p.Find("companies").Uses(), custom)
}
