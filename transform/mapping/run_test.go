package mapping

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWholeLanguage(t *testing.T) {
	f, err := Load("testdata/good.yaml")
	require.NoError(t, err)
	require.NoError(t, Check(f, alpha(t), beta(t), func(string) []string { return []string{"Zone", "Other"} }))
	results, err := f.RunTests(alpha(t), beta(t))
	require.NoError(t, err)
	assert.Len(t, results, 4)
	for _, r := range results {
		for i := range r.Failed {
			t.Error(r.String(i))
		}
	}
	p, err := f.Compile(alpha(t), beta(t))
	require.NoError(t, err)
	assert.Equal(t, []string{"source field client.owner.id", "source field job.id", "source field job.client.name", "source stream job.report"}, func() (out []string) {
		for _, g := range p.Gaps() {
			out = append(out, g.String())
		}
		return out
	}())
	assert.Equal(t, []string{"companies"}, p.Find("tickets").Refs())
	assert.Equal(t, []string{"Zone"}, p.Find("companies").Labels())
}
