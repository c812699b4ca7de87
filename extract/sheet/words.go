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
	return headerWords[words[0]] || headerWords[words[len(words)-1]] || headerWords[strings.Join(words, "")]
}

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
	zwischensumme endsumme insgesamt suma subtotales totales totale totali subtotale somma`)

// totalLabel tells whether a text says that its row sums up: "Total", "Subtotal
// Lyon", "Lyon total", "Grand total:".
func totalLabel(text string) bool {
	if len(text) > 80 || !hasTotalLetters(text) {
		return false
	}
	words := strings.Fields(fold(text))
	if len(words) == 0 || len(words) > 6 {
		return false
	}
	for i, w := range words {
		if totalWords[w] && (i < 3 || i == len(words)-1) {
			return true
		}
	}
	return false
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

// footerWords begin, or stand in, what reports print below a table.
var footerWords = wordSet(`total totals end report generated printed exported page pages source sources note notes copyright
	confidential disclaimer records rows count fin edition imprime genere exporte lignes enregistrements remarque
	ende bericht gedruckt erstellt exportiert seite quelle hinweis vertraulich zeilen datensaetze fuente pagina generado
	impreso filas registros nota fonte stampato generato righe summe gesamt somme suma somma totale`)

func footerLabel(text string) bool {
	if strings.ContainsAny(text, "©*") {
		return true
	}
	words := strings.Fields(fold(text))
	for i, w := range words {
		if i > 3 {
			break
		}
		if footerWords[w] {
			return true
		}
	}
	return false
}

// sampleWords begin the cells of a row that only shows how to fill in a template.
var sampleWords = wordSet(`example sample eg exemple beispiel bsp zb ejemplo esempio`)

func sampleLabel(text string) bool {
	words := strings.Fields(fold(text))
	if len(words) == 0 {
		return false
	}
	return sampleWords[words[0]] || len(words) > 1 && sampleWords[words[0]+words[1]]
}

// unitWords are what a column is measured in, or what it takes.
var unitWords = wordSet(`kg g mg t lb lbs oz m mm cm km mi ft in inch inches l ml s sec min h hr hrs hours minutes days
	years eur usd gbp chf euro euros dollars pct percent pcs pieces stk stueck units unit m2 m3 sqm kwh kw w v a c f hz
	text number date string integer decimal boolean required optional yyyymmdd ddmmyyyy mmddyyyy obligatoire facultatif
	texte nombre pflicht pflichtfeld zahl datum texto numero fecha testo data stunden tage heures jours ms us n na`)

// unitLabel tells whether a text is a unit or says what to fill in.
func unitLabel(text string) bool {
	if trimmed := strings.TrimSpace(text); trimmed == "%" || trimmed == "€" || trimmed == "$" || trimmed == "£" || trimmed == "°C" {
		return true
	}
	words := strings.Fields(fold(text))
	if len(words) == 0 || len(words) > 3 {
		return false
	}
	return unitWords[strings.Join(words, "")] || unitWords[words[0]]
}
