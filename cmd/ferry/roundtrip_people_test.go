package main

import (
	"fmt"
	"slices"
	"strings"
)

// The columns of the files that make trips.
const (
	colNumber = "Number"
	colFirm   = "Company"
	colNotes  = "Notes"
	colFirst  = "First name"
	colLast   = "Last name"
	colMail   = "Email"
	colPhone  = "Phone"
	colZIP    = "ZIP"
	colCity   = "City"
	colSMS    = "Accepts SMS"
	colTax    = "Tax rate ID"
	colSince  = "Since"
	colSource = "Source"
)

// tripColumns are all columns. Those that identify a row come first: no mistake of
// a row's length reaches them.
var tripColumns = []string{colNumber, colFirm, colNotes, colFirst, colLast, colMail, colPhone, colZIP, colCity, colSMS, colTax, colSince, colSource}

// cell is what stands in one cell, as its writer meant it.
type cell struct {
	text string
	kind cellKind
}

type cellKind int

const (
	cellText cellKind = iota
	cellNumber
	cellDate  // text is the day as 2024-01-31
	cellError // text is what Excel shows
)

// person is one row of the file, and what is known of it.
type person struct {
	n      int             // names the row: it stands in its notes
	truth  map[string]cell // what the row ought to say
	bad    []made          // mistakes in it that are not mended
	twin   *person         // has the same key by mistake
	loaded bool            // it is in the target
	edited bool            // since it was loaded
	gone   bool            // taken out of the file once it was loaded
}

// made is a mistake in a row.
type made struct {
	name    string
	columns []string // that must have a note; none: the row itself says it
}

// wrong tells whether the row must be held.
func (w *person) wrong() bool {
	if len(w.bad) > 0 {
		return true
	}
	return !w.loaded && w.twin != nil && w.twin.has(mistakeDouble)
}

func (w *person) has(name string) bool {
	return slices.ContainsFunc(w.bad, func(m made) bool { return m.name == name })
}

var (
	firmWords  = []string{"Harbor", "Maple", "Quarry", "Velvet", "Summit", "Copper", "Meadow", "Falcon", "Glacier", "Orchid", "Pioneer", "Tundra"}
	firmKinds  = []string{"Bakery", "Plumbing", "Motors", "Dental", "Books", "Logistics", "Roofing", "Optics"}
	firstNames = []string{"Ann", "Bob", "Zoë", "José", "Mary-Jane", "Li", "Olu", ""}
	lastNames  = []string{"Lee", "O'Neill", "Müller", "da Silva", "Ray", "Novak", ""}
	cities     = []string{"Boston", "Denver", "Salem", "Aurora", "St. Louis", "Coeur d'Alene"}
	areas      = []string{"617", "719", "303", "212", "312"}
	extras     = []string{"", "calls at noon", `said "later"`, "gate; left, then right", "two\nlines", "paid in £, prefers café"}
	sources    = []string{"web", "fair", "friend"}
)

// newPerson makes up a row.
func (p *trip) newPerson() *person {
	r := p.random
	n := len(p.people) + 1
	p.drawn++ // an edit draws values too: none comes twice
	text := func(s string) cell { return cell{text: s} }
	firm := fmt.Sprintf("%s %s %d", pick(r, firmWords), pick(r, firmKinds), p.drawn)
	who := &person{n: n, truth: map[string]cell{
		colNumber: text(fmt.Sprintf("K-%d%03d", p.seed, n)),
		colFirm:   text(firm),
		colNotes:  text(strings.TrimSpace(fmt.Sprintf("row %d: %s", n, pick(r, extras)))),
		colFirst:  text(pick(r, firstNames)),
		colLast:   text(pick(r, lastNames)),
		colMail:   text(fmt.Sprintf("office%d@%s%d.example.com", p.drawn, strings.ToLower(pick(r, firmWords)), p.seed)),
		colPhone:  text(fmt.Sprintf("%s-388-%04d", pick(r, areas), 1000+r.IntN(9000))),
		colZIP:    text(fmt.Sprintf("%05d", 1000+r.IntN(90_000))),
		colCity:   text(pick(r, cities)),
		colSMS:    text(pick(r, []string{"yes", "no"})),
		colTax:    {fmt.Sprint(100_000 + r.IntN(900_000)), cellNumber},
		colSince:  {fmt.Sprintf("20%02d-%02d-%02d", 10+r.IntN(15), 1+r.IntN(12), 1+r.IntN(28)), cellDate},
		colSource: text(pick(r, sources)),
	}}
	p.people = append(p.people, who)
	return who
}

// sourceWords are what the mapping of a job makes of the column Source.
var sourceWords = map[string]string{"web": "Website", "fair": "Trade fair", "friend": "A friend"}

// wanted is what the target must hold of a row.
func (p *trip) wanted(w *person) map[string]any {
	optional := func(name string) any {
		if w.truth[name].text == "" {
			return nil
		}
		return w.truth[name].text
	}
	out := map[string]any{
		"business_name": w.truth[colFirm].text, "notes": w.truth[colNotes].text, "email": w.truth[colMail].text,
		"firstname": optional(colFirst), "lastname": optional(colLast),
		"zip": w.truth[colZIP].text, "city": w.truth[colCity].text, "get_sms": w.truth[colSMS].text == "yes",
		"phone": "1" + strings.ReplaceAll(w.truth[colPhone].text, "-", ""), "tax_rate_id": w.truth[colTax].text,
	}
	if p.job {
		out["address_2"], out["referred_by"] = w.truth[colSince].text, sourceWords[w.truth[colSource].text]
	}
	return out
}
