package sheet

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"ferry/extract/sheet/grid"
)

// A column that is called a number, filled and without doubles becomes the key,
// unless somebody says otherwise or it may only count the rows.
func TestTheKeyThatIsProposed(t *testing.T) {
	for name, c := range map[string]struct {
		lines   []string
		answers Answers
		key     []string
		given   string // what is taken for the question; "" there is none
		told    bool   // that no column identifies a row
	}{
		"a number of customers":   {[]string{"Name;Customer No.", "Anna;1001", "Bert;1002"}, nil, []string{"Customer No."}, "Customer No.", false},
		"the first of two":        {[]string{"Ref;Customer No.", "a7;1001", "b3;1002"}, nil, []string{"Ref"}, "Ref", false},
		"numbers of the lines":    {[]string{"No;Name", "1;Anna", "2;Bert"}, nil, nil, none, false},
		"behind one of the lines": {[]string{"No;Name;Customer No.", "1;Anna;1001", "2;Bert;1007"}, nil, []string{"Customer No."}, "Customer No.", false},
		"one comes twice":         {[]string{"Name;Customer No.", "Anna;1001", "Bert;1001"}, nil, nil, "", true},
		"one is blank":            {[]string{"Name;Customer No.", "Anna;1001", "Bert;"}, nil, nil, "", true},
		"no such column":          {[]string{"Name;City", "Anna;Lyon", "Bert;Bonn"}, nil, nil, "", true},
		"somebody wants none":     {[]string{"Name;Customer No.", "Anna;1001", "Bert;1002"}, Answers{"key": "none"}, nil, "", false},
		"it is called otherwise": {[]string{"Name;Customer Number", "Anna;1001", "Bert;1002"},
			Answers{"key": "Customer No.", CalledNow + "Customer No.": "Customer Number"}, []string{"Customer Number"}, "", false},
		"it has its name again": {[]string{"Name;Customer No.", "Anna;1001", "Bert;1002"},
			Answers{"key": "Customer No.", CalledNow + "Customer No.": "Customer Number"}, []string{"Customer No."}, "", false},
		"somebody wants another": {[]string{"Name;Customer No.", "Anna;1001", "Bert;1002"}, Answers{"key": "Name"}, []string{"Name"}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			u := understand(t, textFile(t, c.lines...), c.answers)
			assert.Equal(t, c.key, u.Recipe.Key)
			at := slices.IndexFunc(u.Questions, func(q grid.Question) bool { return q.ID == askKey })
			require.Equal(t, c.given != "", at >= 0)
			if at >= 0 {
				assert.Equal(t, c.given, u.Questions[at].Default)
				assert.NotEmpty(t, u.Questions[at].Form)
				assert.Contains(t, u.Questions[at].Choices, noKey)
			}
			assert.Equal(t, c.told, slices.ContainsFunc(u.Facts, func(f grid.Fact) bool { return f.Code == "no-key-column" }))
		})
	}
}

func TestAnAnsweredFileKeepsItsKeys(t *testing.T) {
	stamp := func(key string) string { return Stamp{Import: "i", Key: key, Hash: 7}.String() }
	u := understand(t, textFile(t, "Name;Customer No.;Result;Ferry row", "Anna;1001;failed;"+stamp("a.1"), "Bert;1002;failed;"+stamp("b.1")), nil)
	assert.Empty(t, u.Recipe.Key)
	assert.Equal(t, "a.1", u.rows[1].key)
	for _, q := range u.Questions {
		assert.NotEqual(t, askKey, q.ID)
	}
}

// What Ferry has put into a workbook itself is no news to its owner.
func TestNothingIsToldOfOurOwnNotesAndSheets(t *testing.T) {
	path := func(ours bool) string {
		return workbookFile(t, func(f *excelize.File) {
			put(f, first, cellsOf("Name", "City"), cellsOf("Anna", "Lyon"), cellsOf("Bert", "Bonn"))
			author := "Carla"
			if ours {
				author = grid.NoteAuthor
				marked(t, f, Mark{Kind: MarkAnswer, Vendor: "syncro", Stream: "customers", Version: 1, Sheet: first, Header: 1, Fields: map[string]string{"Name": "business_name"}})
			}
			require.NoError(t, f.AddComment(first, excelize.Comment{Cell: "B2", Author: author, Text: "is no city"}))
			require.NoError(t, f.SetColVisible(first, "B", false))
			colour, err := f.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFC7CE"}}})
			require.NoError(t, err)
			require.NoError(t, f.SetCellStyle(first, "B2", "B2", colour))
			_, err = f.NewSheet("Lists")
			require.NoError(t, err)
			require.NoError(t, f.SetSheetVisible("Lists", false))
		})
	}
	codes := func(u *understood) (codes []string) {
		for _, fact := range u.Facts {
			codes = append(codes, fact.Code)
		}
		for _, q := range u.Questions {
			codes = append(codes, q.ID)
		}
		return codes
	}
	theirs := codes(understand(t, path(false), nil))
	for _, code := range []string{"notes", "hidden-columns", "hidden-sheet", "colours", "take.City"} {
		assert.Contains(t, theirs, code)
	}
	for _, code := range theirs {
		if code != "header" && code != "no-key-column" {
			assert.NotContains(t, codes(understand(t, path(true), nil)), code)
		}
	}
}
