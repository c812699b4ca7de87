package column

import (
	"strings"
	"unicode"
)

// headerHint is what a header says about its column.
type headerHint uint32

const (
	hintEmail headerHint = 1 << iota
	hintPhone
	hintZip
	hintID
	hintCode
	hintURL
	hintMoney
	hintCountry
	hintState
	hintShortState // it may say state, or street, saint and piece as well
	hintName
	hintAddress
	hintBirth
	hintPercent
	hintDate
	hintDuration
	hintCompany
)

var hintWords = hintTable(map[headerHint]string{
	hintEmail:      "email mail emails courriel mél correo posta",
	hintPhone:      "phone phones telephone tel mobile cell cellphone fax téléphone telephone portable gsm telefon telefonnummer handy handynummer mobil mobilnummer festnetz rufnummer teléfono telefono móvil movil celular cellulare fijo fisso",
	hintZip:        "zip zipcode postcode postalcode postal plz postleitzahl cp cap",
	hintID:         "id ids uid uuid guid identifier identifiant identificador identificativo kennung number numbers no nr num numéro numero n° nummer número kundennummer artikelnummer rechnungsnummer auftragsnummer matricule siret siren vat tva iban bic imei account konto compte cuenta conto",
	hintCode:       "code codes sku part partnumber item article articolo artikel artículo articulo pièce piece teil teilenummer pieza ref reference référence referenz referencia riferimento serial série serie seriennummer seriale barcode ean upc gtin isbn model modell modèle modelo modello plate",
	hintURL:        "url website web site homepage www link webseite sitio sito",
	hintMoney:      "price amount total cost fee salary revenue balance prix montant coût tarif solde preis betrag kosten summe umsatz precio importe coste prezzo importo costo saldo",
	hintCountry:    "country pays land país pais paese nation",
	hintState:      "state province région region bundesland kanton canton estado provincia regione",
	hintShortState: "st prov states provinces provinz territory terr",
	hintName:       "name names firstname lastname surname nom prénom prenom vorname nachname familienname nombre apellido apellidos nome cognome contact kontakt contacto contatto customer client kunde cliente",
	hintCompany:    "company business organisation organization firma unternehmen société societe entreprise empresa sociedad azienda società ditta",
	hintAddress:    "address street adresse rue strasse straße anschrift dirección direccion calle indirizzo via ville city stadt ort ciudad città comune",
	hintBirth:      "birth birthday birthdate dob born naissance né geburt geburtsdatum geburtstag nacimiento nascita",
	hintPercent:    "percent percentage rate pourcentage taux prozent prozentsatz satz porcentaje tasa percentuale",
	hintDate:       "date dates day due deadline datum tag fällig échéance echeance fecha vencimiento data scadenza créé created updated start end",
	hintDuration:   "duration durée duree dauer duración duracion durata hours heures stunden horas ore",
})

func hintTable(lists map[headerHint]string) map[string]headerHint {
	t := map[string]headerHint{}
	for hint, words := range lists {
		for word := range strings.FieldsSeq(words) {
			t[word] |= hint
		}
	}
	return t
}

// hintOf takes a header apart at signs and at capitals within a word.
func hintOf(header string) (hint headerHint) {
	var words []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			words = append(words, strings.ToLower(string(word)))
		}
		word = word[:0]
	}
	small := false
	for _, r := range header {
		switch {
		case !unicode.IsLetter(r) && r != '°':
			end()
			small = false
			continue
		case unicode.IsUpper(r) && small:
			end()
		}
		word = append(word, r)
		small = unicode.IsLower(r)
	}
	end()
	for i, w := range words {
		if i+1 < len(words) && (words[i+1] == "of" || words[i+1] == "de") && hintWords[w]&hintID != 0 && w != "id" {
			continue // a count: number of employees
		}
		hint |= hintWords[w]
	}
	if strings.EqualFold(strings.Join(words, " "), "e mail") || strings.Contains(strings.ToLower(header), "e-mail") {
		hint |= hintEmail
	}
	return hint
}
