package container

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"ferry/extract/sheet/grid"
)

// foreign refuses texts that are no tables though each of their lines may be read as
// a cell: address cards, calendars, messages and data of programs. A list of one
// column may hold an object in each line: the name tells it from data.
func (f *file) foreign(start string) *grid.Refusal {
	upper := strings.ToUpper(start[:min(len(start), 32)])
	switch {
	case strings.HasPrefix(upper, "BEGIN:VCARD"):
		return refuse(grid.OtherFormat, "this is a file of address cards (vCard), no table", "open it in the address book, such as Outlook or Google Contacts, and export the contacts from there as CSV")
	case strings.HasPrefix(upper, "BEGIN:VCALENDAR"):
		return refuse(grid.OtherFormat, "this is a calendar file (iCalendar), no table", "open it in the calendar program and export the entries from there as Excel workbook (.xlsx) or CSV")
	case strings.HasPrefix(upper, "<SVG"):
		return refuse(grid.OtherFormat, "this is a picture (SVG), no table", doPicture)
	case message(start):
		return refuse(grid.OtherFormat, "this is an e-mail, no table", "open it in the mail program, save the attached table and choose that")
	case isJSON(start) && !f.named(TextFile):
		return refuse(grid.OtherFormat, "this is a JSON file, no table", doExport)
	}
	return nil
}

// named tells whether the file has an ending that a format usually has.
func (f *file) named(format Format) bool { return slices.Contains(endings[format], ending(f.name)) }

// headerLine is a line at the top of a message (RFC 5322, 2.2): a name and a text.
var headerLine = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9-]*):(?:[ \t]+(.*))?$`)

// message tells whether a text begins with the header of an e-mail: nothing but lines
// of a name and a text down to the first blank line, among them one that names a
// sender by an address and one that only messages have. Reports may begin with From
// and To as well; web archives say that they were saved.
func message(start string) bool {
	if strings.HasPrefix(start, "From ") { // a mailbox puts a line before each message
		_, start, _ = strings.Cut(start, "\n")
	}
	sender, other := false, false
	for line := range strings.Lines(start) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			break
		}
		if line[0] == ' ' || line[0] == '\t' {
			continue // goes on with the line before
		}
		m := headerLine.FindStringSubmatch(line)
		if m == nil {
			return false
		}
		switch strings.ToLower(m[1]) {
		case "from", "sender":
			sender = strings.Contains(m[2], "@")
		case "to", "cc", "subject", "message-id", "received", "return-path", "delivered-to":
			other = true
		}
	}
	return sender && other
}

// isJSON tells whether a text begins as JSON with an object in it, as far as the text
// goes. Headers may stand in brackets too: [Name],[City].
func isJSON(start string) bool {
	if start == "" || start[0] != '{' && start[0] != '[' {
		return false
	}
	const enough = 1000
	d := json.NewDecoder(strings.NewReader(start))
	names := 0
	for range enough {
		token, err := d.Token()
		if err != nil {
			_, wrong := err.(*json.SyntaxError)
			return names > 0 && !wrong
		}
		if _, text := token.(string); text {
			names++
		}
	}
	return names > 0
}
