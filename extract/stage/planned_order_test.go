package stage

import (
	"bytes"
	"cmp"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestKeysStandInNaturalOrder(t *testing.T) {
	huge := strings.Repeat("9", 300)
	inOrder := []string{
		"", "!", "/", "0", "00", "1", "1/2", "1/10", "1a", "01", "9", "09", "10", "10a", "99", "100", "18446744073709551616", huge,
		"1" + strings.Repeat("0", 300), ":", "A-9", "A-9-b", "A-10-a", "A9", "A10", "A10b", "a9", "é1", "é2", "é10",
	}
	for i := 1; i < len(inOrder); i++ {
		a, b := appendOrder(nil, inOrder[i-1]), appendOrder(nil, inOrder[i])
		require.Negative(t, bytes.Compare(a, b), "%q before %q", inOrder[i-1], inOrder[i])
	}
	for _, key := range append(inOrder, strings.Repeat("0", 600), "a\x00b\xff\xfe0") {
		back, err := orderedKey(appendOrder([]byte("x"), key)[1:])
		require.NoError(t, err)
		require.Equal(t, key, back)
	}
}

// compareNatural is the same order, said in another way.
func compareNatural(a, b string) int {
	for a != "" && b != "" {
		if !isDigit(a[0]) || !isDigit(b[0]) {
			if a[0] != b[0] {
				return cmp.Compare(a[0], b[0])
			}
			a, b = a[1:], b[1:]
			continue
		}
		na, nb := digits(a), digits(b)
		x, _ := new(big.Int).SetString(a[:na], 10)
		y, _ := new(big.Int).SetString(b[:nb], 10)
		if c := cmp.Or(x.Cmp(y), cmp.Compare(na, nb)); c != 0 {
			return c
		}
		a, b = a[na:], b[nb:]
	}
	return cmp.Compare(len(a), len(b))
}

func digits(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }

func TestNaturalOrderOfRandomKeys(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	random := func() string {
		b := make([]byte, rnd.IntN(8))
		for i := range b {
			b[i] = "0019/:aZ\xc3"[rnd.IntN(9)]
		}
		return string(b)
	}
	for range 20_000 {
		a, b := random(), random()
		require.Equal(t, compareNatural(a, b), bytes.Compare(appendOrder(nil, a), appendOrder(nil, b)), "%q and %q", a, b)
		require.Equal(t, a == b, bytes.Equal(appendOrder(nil, a), appendOrder(nil, b)))
	}
}

func FuzzOrder(f *testing.F) {
	for _, seed := range []string{"", "10", "A-009", "0", "\xff0", strings.Repeat("0", 300) + "1" + strings.Repeat("2", 300)} {
		f.Add(seed)
		f.Add(string(appendOrder(nil, seed)))
	}
	f.Fuzz(func(t *testing.T, text string) {
		back, err := orderedKey(appendOrder(nil, text))
		if err != nil || back != text {
			t.Fatalf("%q came back as %q, %v", text, back, err)
		}
		if len(text) < 64 { // a few bytes may stand for very many zeros
			_, _ = orderedKey([]byte(text)) // must not panic
		}
	})
}

func FuzzPackIndex(f *testing.F) {
	index := []byte{packVersion}
	for _, key := range []string{"1", "2", "A-10"} {
		index = appendIndex(index, &packed{order: appendOrder(nil, key), action: ActCreate, body: make([]byte, 5)})
	}
	f.Add(index, appendBody(nil, "t-1", []byte("{}")))
	f.Add([]byte{}, []byte{})
	f.Add([]byte{packVersion, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200}, []byte{255, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Fuzz(func(t *testing.T, index, body []byte) {
		var p packIndex
		if p.open(index, 3, 15) == nil {
			for pos := range 3 {
				if from, to := p.span(pos); from < 0 || to > 15 || from > to {
					t.Fatalf("item %d stands from %d to %d", pos, from, to)
				}
			}
		}
		if target, note, err := cutBody(body); err == nil && len(target)+len(note) > len(body) {
			t.Fatal("more came out than went in")
		}
	})
}
