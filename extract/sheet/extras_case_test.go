package sheet

import (
	"bytes"
	"image"
	"image/png"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

// offered checks that what cells have beside their value is offered as a column of
// its own, not taken unasked, and gives the values of that column.
func offered(t *testing.T, path, column, what string) []string {
	t.Helper()
	u := understand(t, path, nil)
	q := u.question("take." + column)
	assert.Equal(t, "no", q.Default)
	assert.Equal(t, what, q.Choices[1].Value)
	assert.NotContains(t, u.names(), column+" ("+what+")")
	taken := understand(t, path, Answers{"take." + column: what})
	at := slices.Index(taken.names(), column+" ("+what+")")
	require.Positive(t, at)
	var values []string
	for _, record := range taken.records() {
		values = append(values, record[at])
	}
	return values
}

func TestS18ColoursAreOfferedAsAColumn(t *testing.T) {
	path := workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Name", "City"), cellsOf("Anna", "Lyon"), cellsOf("Bert", "Bonn"))
		red, err := f.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FF0000"}}})
		require.NoError(t, err)
		require.NoError(t, f.SetCellStyle(first, "A3", "A3", red))
	})
	assert.Equal(t, []string{"", "FF0000"}, offered(t, path, "Name", "fill"))
	assert.Contains(t, understand(t, path, nil).fact("colours").Text, "not read")
}

func TestS19NotesAreCountedAndOfferedAsAColumn(t *testing.T) {
	path := workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Name", "City"), cellsOf("Anna", "Lyon"), cellsOf("Bert", "Bonn"))
		require.NoError(t, f.AddComment(first, excelize.Comment{Cell: "B2", Text: "moved"}))
	})
	assert.Equal(t, []string{"moved", ""}, offered(t, path, "City", "note"))
	assert.Contains(t, understand(t, path, nil).question("take.City").Why, "1 note.")
}

func TestS20LinksAreOfferedAndPicturesAreTold(t *testing.T) {
	dot := image.NewGray(image.Rect(0, 0, 1, 1))
	var picture bytes.Buffer
	require.NoError(t, png.Encode(&picture, dot))
	path := workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Name", "Web"), cellsOf("Anna", "home"), cellsOf("Bert", "home"))
		require.NoError(t, f.SetCellHyperLink(first, "B3", "https://example.com/b", "External"))
		require.NoError(t, f.AddPictureFromBytes(first, "D2", &excelize.Picture{Extension: ".png", File: picture.Bytes(), Format: &excelize.GraphicOptions{}}))
	})
	assert.Equal(t, []string{"", "https://example.com/b"}, offered(t, path, "Web", "link"))
	pictures := understand(t, path, nil).fact("pictures")
	assert.Equal(t, 1, pictures.Count)
	assert.Equal(t, "1 picture lies on the sheet; it is not loaded.", pictures.Text)
}
