package strictyaml_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ferry/extract/strictyaml"
)

func TestLinesOfWindowsAreCountedOnce(t *testing.T) {
	root, err := strictyaml.Parse("w.yaml", []byte("a: 1 # one\r\n# two\r\nb: 2\r\nc: 3\r\n"))
	require.NoError(t, err)
	require.Equal(t, 4, root.Child("c").Line)
}
