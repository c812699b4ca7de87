package grid

// errorNames are what Excel shows in cells whose formula failed, and writes for
// them into text files: in English, German, French, Spanish and Italian. #N/A and
// #NULL! are not among them: in text files people write those where there is no
// value.
var errorNames = map[string]bool{
	"#REF!": true, "#VALUE!": true, "#DIV/0!": true, "#NAME?": true, "#NUM!": true, "#SPILL!": true, "#CALC!": true,
	"#BEZUG!": true, "#WERT!": true, "#ZAHL!": true, "#ÜBERLAUF!": true,
	"#VALEUR!": true, "#NOM?": true, "#NOMBRE!": true,
	"#¡REF!": true, "#¡VALOR!": true, "#¡DIV/0!": true, "#¿NOMBRE?": true, "#¡NUM!": true,
	"#RIF!": true, "#VALORE!": true, "#NOME?": true,
}

// IsError tells whether a text is what Excel shows of a formula that failed.
func IsError(text string) bool { return len(text) > 4 && text[0] == '#' && errorNames[text] }
