package mapping

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
