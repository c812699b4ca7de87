package load

import (
	"fmt"
	"math"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// Price is what applying and verifying a plan costs of the target's allowance.
type Price struct {
	Write   int     `json:"write"`   // requests that write, actions included
	Read    int     `json:"read"`    // records that are read again before they are updated or upserted, or because an answer proves nothing
	Verify  int     `json:"verify"`  // pages or records that are read back afterwards
	Minutes float64 `json:"minutes"` // at the vendor's rate
	Days    float64 `json:"days"`    // at the vendor's quota; 0 where there is none
}

// Requests is all of it.
func (p Price) Requests() int { return p.Write + p.Read + p.Verify }

func (p Price) String() string {
	text := fmt.Sprintf("%d requests (%d write, %d read before updates, %d verify)", p.Requests(), p.Write, p.Read, p.Verify)
	if p.Minutes > 0 {
		text += fmt.Sprintf(", %.0f min at the rate", math.Ceil(p.Minutes))
	}
	if p.Days > 0 {
		text += fmt.Sprintf(", %.1f days at the quota", p.Days)
	}
	return text
}

// priceOf counts the requests of a plan's records.
func (p *planner) priceOf() Price {
	var price Price
	for _, e := range p.entries {
		writes := e.sum.Actions[stage.ActCreate.String()] + e.sum.Actions[stage.ActUpdate.String()]
		price.Write += e.sum.Writes
		price.Read += e.sum.Actions[stage.ActUpdate.String()] + e.sum.Reads
		if w := e.st.Writes; w != nil && w.Upsert != nil && w.Create == nil { // looked for first, see takenKey
			price.Read += e.sum.Actions[stage.ActCreate.String()]
		}
		price.Verify += verifyRequests(e.st, writes, e.target.keys.len()+writes)
	}
	return price
}

// verifyRequests is what reading back takes: each record by itself, or the whole
// list where that is less.
func verifyRequests(st *connector.Stream, written, total int) int {
	if st.List == nil || written == 0 {
		return written
	}
	size := st.List.Paging.Size
	if size <= 0 {
		size = usualPage
	}
	return min(written, (total+size-1)/size+1)
}

// usualPage is how many rows a page is taken to have where the server decides.
const usualPage = 25

// at prices requests by the vendor's limits; a job's own limits may be lower.
func (p Price) at(b *connector.Budget) Price {
	n := float64(p.Requests())
	if b.Rate.Requests > 0 {
		p.Minutes = n * b.Rate.Per.Minutes() / float64(b.Rate.Requests)
	}
	if b.Quota.Requests > 0 {
		p.Days = n * (b.Quota.Per.Hours() / 24) / float64(b.Quota.Requests)
	}
	return p
}

// unsettable says what the target gives its records by itself, by entry.
func (p *planner) unsettable() []string {
	var all []string
	for _, e := range p.entries {
		var names []string
		for i := range e.st.Fields {
			f := &e.st.Fields[i]
			own := contains(e.st.Key, f.Name) || f.Kind == record.DateTime && strings.Contains(strings.ToLower(f.Name+f.Label), "creat")
			if f.ReadOnly && own && f.From == record.FromRecord {
				names = append(names, f.Name)
			}
		}
		if len(names) == 0 {
			continue
		}
		text := fmt.Sprintf("%s: the target gives %s by itself; the old ones ", e.rules.Name, strings.Join(names, ", "))
		if e.rules.Reference != "" {
			text += "are kept in the crosswalk and the old key in " + e.rules.Reference
		} else {
			text += "are kept in the crosswalk alone, unless the mapping writes them into a field"
		}
		all = append(all, text)
	}
	return all
}
