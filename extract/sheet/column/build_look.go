package column

import (
	"cmp"
	"maps"
	"slices"
)

// looks says what the values look like, by their shape first and by the header
// where the shape allows it.
func (b *builder) looks() {
	t, n := &b.texts, &b.numbers
	hint := b.header
	other := t.emails + t.urls
	for _, look := range []struct {
		name string
		is   bool
	}{
		{"email", b.half(t.emails) || hint&hintEmail != 0 && t.emails > 0},
		{"phone", b.half(t.phones) || hint&hintPhone != 0 && b.half(t.phones+n.whole+n.real)},
		{"zip", hint&hintZip != 0 && (b.half(b.zipLike()) || b.half(t.codes))},
		{"id", hint&hintID != 0 && !b.half(t.plain)},
		{"code", b.half(t.codes) || hint&hintCode != 0 && !b.half(t.plain)},
		{"url", b.half(t.urls) || hint&hintURL != 0 && t.urls > 0},
		{"money", b.half(max(n.amounts, b.amounts())) || hint&hintMoney != 0 && b.half(b.out.Reads[Number])},
		{"percent", b.half(n.signed.count + n.formats.count)},
		{"country", hint&hintCountry != 0 && b.half(t.plain)},
		{"state", hint&hintState != 0 && b.half(t.plain)},
		{"address", hint&hintAddress != 0 && !b.half(other)},
		{"name", hint&hintName != 0 && hint&(hintID|hintCode|hintPhone|hintEmail|hintAddress) == 0 && b.half(t.plain)},
		{"birth", hint&hintBirth != 0 && b.half(b.out.Reads[Date])},
		{"company", hint&hintCompany != 0 && b.half(t.plain)},
		{"html", t.html > 0},
		{"list", b.half(t.many.count)},
	} {
		if look.is && b.full > 0 {
			b.out.Looks = append(b.out.Looks, look.name)
		}
	}
	b.out.Currencies = slices.SortedFunc(maps.Keys(n.money), func(x, y string) int {
		return cmp.Or(cmp.Compare(n.money[y].count, n.money[x].count), cmp.Compare(x, y))
	})
}

// zipLike counts whole numbers of the lengths that postal codes have.
func (b *builder) zipLike() (n int) {
	for _, length := range b.numbers.lengths[3:7] {
		n += length.count
	}
	return n
}

// amounts counts numbers with a currency.
func (b *builder) amounts() (n int) {
	for _, cells := range b.numbers.money {
		n += cells.count
	}
	return n
}
