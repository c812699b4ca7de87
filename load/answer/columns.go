package answer

import (
	"bytes"
	"slices"
	"strconv"
)

// columnLooks are the declarations of columns of a sheet.
type columnLooks []columnLook

type columnLook struct {
	from, to int
	tag      []byte
}

func readColumns(head []byte, cols element, ok bool) (columnLooks, error) {
	if !ok {
		return nil, nil
	}
	list, err := cols.within(head)
	if err != nil {
		return nil, err
	}
	var looks columnLooks
	for _, c := range list {
		start := c.tag(head)
		if from, to := integer(start, "min", 0), integer(start, "max", 0); from > 0 && to >= from {
			looks = append(looks, columnLook{from, to, start})
		}
	}
	return looks, nil
}

// style gives the format of cells of a column that do not exist.
func (l columnLooks) style(column int) int {
	for _, c := range l {
		if c.from <= column && column <= c.to {
			return integer(c.tag, "style", 0)
		}
	}
	return 0
}

// with declares our columns among the others: their widths, the last one hidden.
// A declaration that covers one of ours is parted.
func (l columnLooks) with(p *places, prefix string) string {
	var out []byte
	at := p.at
	order := []int{ourResult, ourToDo, ourOpen, ourStamp}
	declare := func(i int) {
		n := strconv.Itoa(at[i])
		out = append(out, "<"+prefix+`col min="`+n+`" max="`+n+`" width="`+strconv.FormatFloat(widths[i], 'f', -1, 64)+`" customWidth="1"`...)
		if i == ourStamp {
			out = append(out, ` hidden="1"`...)
		}
		out = append(out, "/>"...)
	}
	slices.SortFunc(order, func(a, b int) int { return at[a] - at[b] })
	next := 0
	for _, c := range l {
		for next < len(order) && at[order[next]] < c.from {
			declare(order[next])
			next++
		}
		from := c.from
		for next < len(order) && at[order[next]] <= c.to {
			out = append(out, c.part(from, at[order[next]]-1)...)
			declare(order[next])
			from = at[order[next]] + 1
			next++
		}
		out = append(out, c.part(from, c.to)...)
	}
	for ; next < len(order); next++ {
		declare(order[next])
	}
	return "<" + prefix + "cols>" + string(out) + "</" + prefix + "cols>"
}

// part gives the declaration for some of its columns.
func (c columnLook) part(from, to int) []byte {
	switch {
	case from > to:
		return nil
	case from == c.from && to == c.to:
		return closed(c.tag)
	}
	return closed(with(with(c.tag, "min", strconv.Itoa(from)), "max", strconv.Itoa(to)))
}

// closed makes an empty element of a start tag.
func closed(start []byte) []byte {
	if start[len(start)-2] == '/' {
		return start
	}
	return append(bytes.Clone(start[:len(start)-1]), "/>"...)
}
