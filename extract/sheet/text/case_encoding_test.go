package text_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"

	"ferry/extract/sheet/grid"
	"ferry/extract/sheet/text"
)

func TestT01BOMIsNoPartOfTheFirstHeader(t *testing.T) {
	r := open(t, "\ufeff\"Name\",City\nAnn,Oslo\n", text.Dialect{})
	assert.Equal(t, rows("Name¦City", "Ann¦Oslo"), r.rows)
	assert.True(t, r.Dialect().BOM)
	assert.Equal(t, "utf-8", r.Dialect().Encoding)
}

func TestT02UnicodeTextOfTwoAndFourBytes(t *testing.T) {
	content := "Name\tCity\r\nZoë\tKøbenhavn\r\n"
	for _, test := range []struct {
		want, bytes string
		bom         bool
	}{
		{"utf-16le", wide(content, 2, false), false},
		{"utf-16be", wide(content, 2, true), false},
		{"utf-16le", wide("\ufeff"+content, 2, false), true},
		{"utf-16be", wide("\ufeff"+content, 2, true), true},
		{"utf-32le", wide("\ufeff"+content, 4, false), true},
		{"utf-32be", wide(content, 4, true), false},
	} {
		r := open(t, test.bytes, text.Dialect{})
		assert.Equal(t, rows("Name¦City", "Zoë¦København"), r.rows, test.want)
		assert.Equal(t, test.want, r.Dialect().Encoding)
		assert.Equal(t, test.bom, r.Dialect().BOM)
		assert.Equal(t, "\t", r.Dialect().Delimiter)
		assert.Contains(t, r.fact("encoding").Text, test.want)
	}
	pair := open(t, "\xff\xfea\x00\n\x00\x3d\xd8\x00\xde\n\x00\x3d\xd8x\x00", text.Dialect{})
	assert.Equal(t, rows("a", "😀", `\x3D\xD8x`), pair.rows)
	assert.Equal(t, []string{"", ""}, pair.faults[:2])
	assert.NotEmpty(t, pair.faults[2])
}

func TestT03WesternTextIsProvenByItsLines(t *testing.T) {
	content := encode(t, charmap.Windows1252, "Name;Ville\nRenée;Nîmes\nJoël;Besançon\nd’Arc;“Orléans”\n")
	r := open(t, content, text.Dialect{})
	assert.Equal(t, rows("Name¦Ville", "Renée¦Nîmes", "Joël¦Besançon", "d’Arc¦“Orléans”"), r.rows)
	assert.Equal(t, "windows-1252", r.Dialect().Encoding)
	assert.Empty(t, r.Questions())
	assert.Equal(t, []grid.Ref{{Row: 2, Line: true}, {Row: 3, Line: true}, {Row: 4, Line: true}}, r.fact("encoding").Cells)
	assert.Contains(t, r.fact("encoding").Text, "é î ë ç")
}

// sentences are what people write, in encodings that prove nothing themselves.
var sentences = []struct {
	name string
	enc  encoding.Encoding
	text string
}{
	{"macintosh", charmap.Macintosh, "Prénom;Été;Françoise;Noël\ndéjà vu;à côté;garçon;Zürich\n"},
	{"windows-1251", charmap.Windows1251, "Имя;Город\nИван Петров;Москва\nОльга;Санкт-Петербург\n"},
	{"koi8-r", charmap.KOI8R, "Имя;Город\nИван Петров;Москва\nОльга;Санкт-Петербург\n"},
	{"windows-1253", charmap.Windows1253, "Όνομα;Πόλη\nΓιώργος;Αθήνα\n"},
	{"windows-1250", charmap.Windows1250, "Imię;Miasto\nŁukasz;Łódź\nGrażyna;Wrocław\nZażółć gęślą jaźń;Kraków\n"},
	{"shift_jis", japanese.ShiftJIS, "名前,住所\n山田さん,東京都です\n鈴木さん,カタカナ\n"},
	{"euc-jp", japanese.EUCJP, "名前,住所\n山田さん,東京都です\n鈴木さん,カタカナ\n"},
	{"gbk", simplifiedchinese.GBK, "姓名,地址\n张伟,北京市朝阳区人民路\n王芳,上海市中山东路\n"},
	{"euc-kr", korean.EUCKR, "이름,주소\n김철수,서울시 강남구\n이영희,부산시\n"},
	{"ibm850", charmap.CodePage850, "Prénom;Élodie;François\ndéjà;à côté;Zürich\nMüller;Größe;château\n"},
}

func TestT04OtherScriptsAreFoundOrAskedWithWhatEachGives(t *testing.T) {
	for _, s := range sentences {
		content := encode(t, s.enc, strings.Repeat(s.text, 3))
		r := open(t, content, text.Dialect{})
		assert.Equal(t, s.name, r.Dialect().Encoding)
		assert.Empty(t, r.Questions(), s.name)
		var got []string
		for _, row := range r.rows {
			got = append(got, strings.Join(row, r.Dialect().Delimiter))
		}
		assert.Equal(t, strings.Repeat(s.text, 3), strings.Join(got, "\n")+"\n", s.name)
	}
	// Hungarian and Portuguese letters share their bytes.
	doubtful := open(t, encode(t, charmap.Windows1250, "név;cím\nErdős Jenő;kő\nSzűcs;fű\n"), text.Dialect{})
	require.Len(t, doubtful.Questions(), 1)
	q := doubtful.Questions()[0]
	assert.Equal(t, "encoding", q.ID)
	assert.Empty(t, q.Default)
	labels := ""
	for _, c := range q.Choices {
		labels += c.Label + "\n"
	}
	assert.Contains(t, labels, "windows-1250 (Central European, Windows): é í ő ű")
	assert.Contains(t, labels, "windows-1252 (Western European, Windows): é í õ û")
	answered := open(t, encode(t, charmap.Windows1250, "név;cím\nErdős Jenő;kő\nSzűcs;fű\n"), text.Dialect{Encoding: "windows-1250"})
	assert.Equal(t, []string{"Erdős Jenő", "kő"}, answered.rows[1])
	assert.Empty(t, answered.Questions())
}

func TestT05TwoEncodingsInOneFileMarkTheRowsThatDoNotDecode(t *testing.T) {
	half := "Zoë,Nîmes\nRenée,Besançon\n"
	content := "name,city\n" + strings.Repeat(half, 3) + encode(t, charmap.Windows1252, half)
	r := open(t, content, text.Dialect{})
	assert.Equal(t, "utf-8", r.Dialect().Encoding)
	assert.Equal(t, []string{"Zo\\xEB", "N\\xEEmes"}, r.rows[7])
	for i := range r.rows {
		assert.Equal(t, i >= 7, r.faults[i] != "", i)
		assert.Equal(t, i >= 7, r.flags[i]&grid.Undecoded != 0, i)
		assert.NotContains(t, strings.Join(r.rows[i], ""), "\ufffd")
	}
	assert.Equal(t, 4, r.fact("undecoded").Count)
	assert.Equal(t, []grid.Ref{{Row: 8, Line: true}, {Row: 9, Line: true}}, r.fact("undecoded").Cells)
}

func TestGivenEncodingThatDoesNotKnowAByteMarksTheRow(t *testing.T) {
	for _, test := range []struct{ encoding, content, want string }{
		{"windows-1252", "a,b\nx\x81,\xe9\n", `x\x81`},
		{"shift_jis", "a,b\nx\x81,\x93\xfa\n", `x\x81`},
		{"gbk", "a,b\nx\xff,\xc4\xe3\n", `x\xFF`},
		{"euc-kr", "a,b\nx\xff,\xb0\xa1\n", `x\xFF`},
	} {
		r := open(t, test.content, text.Dialect{Encoding: test.encoding})
		assert.Equal(t, test.want, r.rows[1][0], test.encoding)
		assert.Equal(t, "column A holds letters that cannot be read as "+test.encoding, r.faults[1])
	}
	_, err := openLimited("a", text.Dialect{Encoding: "klingon"}, grid.DefaultLimits())
	assert.ErrorContains(t, err, "the encoding klingon is not known")
}

func TestCharactersThatABlockCutsStayWhole(t *testing.T) {
	for _, s := range sentences {
		for pad := range 3 {
			line := strings.Repeat("x", pad) + strings.Split(s.text, "\n")[1] + "\n"
			want := strings.Repeat(line, 300_000/len(line))
			r := open(t, encode(t, s.enc, want), text.Dialect{Encoding: s.name})
			delimiter := r.Dialect().Delimiter
			for i, row := range r.rows {
				if got := strings.Join(row, delimiter); got != strings.TrimSpace(line) {
					t.Fatalf("%s, row %d: %q", s.name, i, got)
				}
			}
		}
	}
}

// Two bytes in a page of English prove no encoding that few files have.
func TestT04FewBytesAreNoProof(t *testing.T) {
	content := "Name,Remark\n" + strings.Repeat("Ann,all is well with the list\n", 50) + "Bo,out \x83 just kidding\nCy,not \x83 this one\n"
	r := open(t, content, text.Dialect{})
	assert.Equal(t, "utf-8", r.Dialect().Encoding)
	require.Len(t, r.Questions(), 1)
	q := r.Questions()[0]
	assert.Equal(t, "encoding", q.ID)
	assert.Equal(t, "utf-8", q.Default)
	assert.Contains(t, q.Why, "2 bytes are no UTF-8, which is too few")
	assert.Equal(t, "UTF-8: the rows with these bytes are held", q.Choices[0].Label)
	for i, fault := range r.faults {
		assert.Equal(t, i > 50, fault != "", i)
	}
	answered := open(t, content, text.Dialect{Encoding: "ibm850"})
	assert.Equal(t, "out â just kidding", answered.rows[51][1])
	western := open(t, encode(t, charmap.Windows1252, "Name,City\nZoë,Lyon\nAnn,Oslo\n"), text.Dialect{})
	assert.Equal(t, "windows-1252", western.Dialect().Encoding, "what most files of such letters are")
	assert.Empty(t, western.Questions())
}
