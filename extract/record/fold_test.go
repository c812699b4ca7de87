package record

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFold(t *testing.T) {
	tests := []struct {
		in, out string
		folds   []string
	}{
		{" Ab ", " Ab ", nil},
		{" Ab ", "Ab", []string{"trim"}},
		{"ΣΑΣ ß", "σασ ß", []string{"case"}},
		{" a \t b\n", "a b", []string{"spaces"}},
		{"Éléonore", "Eleonore", []string{"accents"}},
		{"+1 (719) 388-1967", "17193881967", []string{"digits"}},
		{"\u00a0x\u2003", "x", []string{"trim"}},
		{"e\u0301", "e", []string{"accents"}},
		{" ÉCOLE  du Nord ", "ecole du nord", []string{"case", "trim", "spaces", "accents"}},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.out, FoldingOf(tt.folds).Text(tt.in), "%q %v", tt.in, tt.folds)
		assert.Equal(t, "kept "+tt.out, string(FoldingOf(tt.folds).Append([]byte("kept "), []byte(tt.out))), "%q is folded already", tt.out)
	}
}

func TestEveryFoldIsApplied(t *testing.T) {
	for _, name := range FoldNames() {
		assert.NotZero(t, FoldingOf([]Fold{name}), name)
	}
	assert.Equal(t, "müllersöhne", (FoldingCase | FoldingMarks).Text("Müller & Söhne"))
}
