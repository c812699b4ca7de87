package workbook

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// places says where the columns stand: people move them about.
type places [11]int

// columns finds the columns that are read back by their headings.
func (s sheet) columns(head []string) (places, error) {
	var p places
	for want, c := range columns {
		p[want] = -1
		for at, text := range head {
			if strings.EqualFold(strings.TrimSpace(text), c.name) {
				p[want] = at
				break
			}
		}
		if p[want] < 0 && read(want) {
			return p, fmt.Errorf("%s!A1: there is no column %q in the first row; export the workbook again and copy your changes over", s.name, c.name)
		}
	}
	return p, nil
}

func (p places) row(texts []string) row {
	at := func(column int) string {
		if p[column] < len(texts) {
			return strings.TrimSpace(strings.ReplaceAll(texts[p[column]], "\r\n", "\n"))
		}
		return ""
	}
	return row{cells: cells{Source: at(columnSource), Rule: at(columnRule), Values: at(columnValues)}, Target: at(columnTarget), Remark: at(columnRemark)}
}

func (p places) letter(column int) string {
	letter, err := excelize.ColumnNumberToName(p[column] + 1)
	if err != nil {
		return "?"
	}
	return letter
}

func (r row) blank() bool { return r.cells == (cells{}) && r.Target == "" }
