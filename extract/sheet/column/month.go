package column

import "strings"

// speech is a set of languages.
type speech uint8

const (
	en speech = 1 << iota
	fr
	de
	es
	it
)

var languages = map[string]speech{"en": en, "fr": fr, "de": de, "es": es, "it": it}

type month struct {
	number int
	speech speech
}

// months are the names of months and their short forms. None of them is another
// month in another of the languages, so that a language needs no proof.
var months = monthTable(map[speech]string{
	en: "jan january|feb february|mar march|apr april|may|jun june|jul july|aug august|sep sept september|oct october|nov november|dec december",
	fr: "janv jan janvier|févr fév fevr fev février fevrier|mars mar|avr avril|mai|juin|juil juillet|août aout|sept sep septembre|oct octobre|nov novembre|déc dec décembre decembre",
	de: "jan jän januar jänner|feb februar feber|mär mrz maerz märz|apr april|mai|jun juni|jul juli|aug august|sep sept september|okt oktober|nov november|dez dezember",
	es: "ene enero|feb febrero|mar marzo|abr abril|may mayo|jun junio|jul julio|ago agosto|sep sept set septiembre setiembre|oct octubre|nov noviembre|dic diciembre",
	it: "gen gennaio|feb febbraio|mar marzo|apr aprile|mag maggio|giu giugno|lug luglio|ago agosto|set sett settembre|ott ottobre|nov novembre|dic dicembre",
})

func monthTable(names map[speech]string) map[string]month {
	t := map[string]month{}
	for speech, year := range names {
		for i, forms := range strings.Split(year, "|") {
			for _, form := range strings.Fields(forms) {
				m := t[form]
				t[form] = month{i + 1, m.speech | speech}
			}
		}
	}
	return t
}

// smallWords may stand in a date and say nothing about the day.
var smallWords = wordSet(`de del of the le am den il el d dal y
	mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun sunday
	lun lundi mardi mer mercredi jeu jeudi ven vendredi sam samedi dim dimanche
	mo montag di dienstag mi mittwoch do donnerstag fr freitag sa samstag sonnabend so sonntag
	lunes martes mié miércoles miercoles jue jueves vie viernes sáb sábado sabado dom domingo
	lunedì lunedi martedì martedi mercoledì mercoledi gio giovedì giovedi venerdì venerdi sabato domenica`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}
