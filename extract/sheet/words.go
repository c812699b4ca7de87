package sheet

import "strings"

// wordSet makes a set of folded words.
func wordSet(texts ...string) map[string]bool {
	set := map[string]bool{}
	for _, text := range texts {
		for _, w := range strings.Fields(text) {
			set[fold(w)] = true
		}
	}
	return set
}

// headerWords are words that headers begin or end with in the sheets of offices, in
// English, French, German, Spanish and Italian.
var headerWords = wordSet(
	`id uuid key code ref reference number no nr num name firstname lastname surname forename title company
	organisation organization account customer client contact person email mail phone telephone tel mobile cell fax
	website url web address street city town zip zipcode postcode postal state province region county country type
	category status kind group class department role position date day month year time start end due created updated
	modified birthday born age gender sex price amount cost total sum tax vat qty quantity count unit units currency
	balance discount rate value percent product item sku model serial brand description desc note notes comment comments
	remark remarks details subject site location latitude longitude lat lng lon job order invoice ticket project task
	priority technician owner user username login active enabled color colour size weight height width length language
	tags tag label score rank index file filename path source destination from to`,
	`nom prenom raison societe entreprise client fournisseur courriel adresse rue voie ville commune cp codepostal pays
	telephone portable numero identifiant libelle designation montant prix quantite qte tva devise statut etat categorie
	debut fin echeance naissance jour mois annee heure remarque remarques commentaire observation observations civilite
	fonction service taille poids couleur langue`,
	`nummer name vorname nachname firma kunde kundennummer kundennr ansprechpartner anrede strasse hausnummer plz ort stadt
	land bundesland telefon telefonnummer handy mobil datum geburtsdatum beginn ende faellig fallig betrag preis menge
	anzahl einheit summe steuer mwst waehrung wahrung artikel artikelnummer bezeichnung beschreibung bemerkung notiz
	zustand kategorie gruppe abteilung sprache farbe grosse gewicht jahr monat tag uhrzeit`,
	`nombre apellido apellidos empresa cliente correo direccion calle ciudad provincia pais telefono movil codigo numero
	fecha inicio fin importe precio cantidad unidad iva moneda estado categoria descripcion nota notas observaciones
	tipo idioma color peso`,
	`nome cognome azienda societa cliente indirizzo via citta provincia paese cap telefono cellulare codice numero data
	inizio fine scadenza importo prezzo quantita unita iva valuta stato categoria descrizione nota annotazioni tipo lingua
	colore peso`,
)

// knownHeader tells whether a text is made as headers are: a few words, the first
// or the last of them known.
func knownHeader(text string) bool {
	words := strings.Fields(fold(splitCase(text)))
	for len(words) > 1 && digitsOnly(words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	if len(words) == 0 || len(words) > 5 {
		return false
	}
	return headerWords[words[0]] || headerWords[words[len(words)-1]] || headerWords[strings.Join(words, "")] ||
		plainWords[strings.TrimRight(words[0], "0123456789")] && (len(words) == 1 || len(words) == 2 && len(words[1]) <= 2)
}

// plainWords are what programs call columns that nobody named, with a number or
// letter behind.
var plainWords = wordSet(`column col field header spalte colonne columna colonna`)

// splitCase puts a space between the words of firstName.
func splitCase(text string) string {
	var b strings.Builder
	low := false
	for i := 0; i < len(text); i++ {
		c := text[i]
		if low && 'A' <= c && c <= 'Z' {
			b.WriteByte(' ')
		}
		low = 'a' <= c && c <= 'z'
		b.WriteByte(c)
	}
	return b.String()
}

func digitsOnly(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

// totalWords begin the labels of rows that sum up.
var totalWords = wordSet(`total totals subtotal subtotals sum grandtotal totaux soustotal somme summe gesamt gesamtsumme
	zwischensumme endsumme gesamtergebnis insgesamt suma subtotales totales totale totali subtotale somma`)

// grandWords stand beside totalWords.
var grandWords = wordSet(`grand general generale overall sub sous result resultat risultato resultado`)

// totalLabel tells whether a text begins or ends with a word that says that its row
// sums up: "Total", "Subtotal Lyon", "Lyon total", "Grand total:".
func totalLabel(text string) bool {
	if len(text) > 80 || !hasTotalLetters(text) {
		return false
	}
	words := strings.Fields(fold(text))
	if n := len(words); n == 0 || n > 6 {
		return false
	}
	return totalWords[words[0]] || totalWords[words[len(words)-1]] || len(words) > 1 && grandWords[words[0]] && totalWords[words[1]]
}

// totalAlone tells whether a text says that its row sums up and nothing else.
func totalAlone(text string) bool {
	return totalOf(text) == "" && totalLabel(text)
}

// totalOf gives what a total is of: "lyon" of "Total Lyon" and "Lyon total".
func totalOf(text string) string {
	var rest []string
	for _, w := range strings.Fields(fold(text)) {
		if !totalWords[w] && !grandWords[w] {
			rest = append(rest, w)
		}
	}
	return strings.Join(rest, " ")
}

// hasTotalLetters is a quick look: each of totalWords holds one of these.
func hasTotalLetters(text string) bool {
	for i := 0; i+2 < len(text); i++ {
		switch a, b, c := text[i]|0x20, text[i+1]|0x20, text[i+2]|0x20; {
		case a == 't' && b == 'o' && c == 't', a == 's' && b == 'u' && c == 'm', a == 's' && b == 'o' && c == 'm',
			a == 'g' && b == 'e' && c == 's', a == 'i' && b == 'n' && c == 's':
			return true
		}
	}
	return false
}
