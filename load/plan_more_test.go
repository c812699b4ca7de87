package load

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

func TestPlanOfCircles(t *testing.T) {
	rules := customerRules()
	parent := field("parent_id", record.Integer)
	parent.Refs = "customers"
	rules.Fields = append(rules.Fields, parent)
	w := newWorld(t, rules)
	ref := func(key string) string { return `"parent_id":{"$ref":{"stream":"customers","key":"` + key + `"}}` }
	w.put(planSource, "customer", rows{
		"1": `{"name":"Head",` + ref("2") + `}`, "2": `{"name":"Branch",` + ref("1") + `}`, "3": `{"name":"Self",` + ref("3") + `}`,
		"4": `{"name":"There","email":"t@x.com",` + ref("5") + `}`, "5": `{"name":"Also there","email":"u@x.com"}`,
	})
	w.put(planTarget, "customers", rows{"104": customer(104, `"name":"There","email":"t@x.com","parent_id":105`), "105": customer(105, `"name":"Also there","email":"u@x.com"`)})
	w.link(0, map[string]string{"5": "105"})
	w.mapped()
	p := w.plan()
	p.shows(map[string]string{"customers 1": "create", "customers 2": "create", "customers 3": "create", "customers 4": "unchanged 104", "customers 5": "unchanged 105"})
	assert.Equal(t, 2, p.notes["customers 1"].Deeds, "the reference is filled in by an update")
	assert.Equal(t, 6, p.sum.Price.Write)
}

// Two source records that are one target record by decision do not take turns.
func TestPlanOfTwoLinkedToOne(t *testing.T) {
	w := newWorld(t, customerRules())
	w.put(planSource, "customer", rows{"1": `{"name":"A","zip":"1"}`, "2": `{"name":"B","zip":"2","email":"b@x.com"}`})
	w.put(planTarget, "customers", rows{"101": customer(101, `"name":"A","zip":"1"`)})
	require.NoError(t, w.s.PutLinks(context.Background(), w.side(0), []stage.Link{
		{Key: "1", Target: "101", How: stage.LinkDecided, At: planTime}, {Key: "2", Target: "101", How: stage.LinkDecided, At: planTime}}))
	w.wrote(0, "2", `{"email":"old@x.com"}`, `{"name":"A","zip":"1","email":""}`)
	w.mapped()
	p := w.plan()
	p.shows(map[string]string{"customers 1": "unchanged 101", "customers 2": "update 101"})
	require.Len(t, p.notes["customers 2"].Changes, 1)
	assert.Equal(t, "email", p.notes["customers 2"].Changes[0].Field)
	assert.Len(t, p.notes["customers 2"].Left, 2)
}

// Two entries on one target stream claim the same record.
func TestPlanOfTwoEntriesOnOneStream(t *testing.T) {
	second := customerRules()
	second.Name, second.Source = "leads", "lead"
	w := newWorld(t, customerRules(), second)
	w.put(planSource, "customer", rows{"1": `{"name":"A","email":"a@x.com"}`, "2": `{"name":"B","email":"b@x.com"}`})
	w.put(planSource, "lead", rows{"1": `{"name":"A","email":"a@x.com"}`, "2": `{"name":"C","email":"c@x.com"}`, "3": `{"name":"D","email":"d@x.com"}`})
	w.put(planTarget, "customers", rows{"101": customer(101, `"name":"A","email":"a@x.com"`), "102": customer(102, `"name":"C","email":"c@x.com"`), "103": customer(103, `"name":"D","email":"d@x.com"`)})
	w.link(0, map[string]string{"77": "103"})
	w.mapped()
	p := w.plan()
	p.shows(map[string]string{"customers 1": "held several sources", "leads 1": "held several sources", "customers 2": "create", "leads 2": "unchanged 102", "leads 3": "held several sources"})
	assert.Equal(t, "leads 1", p.notes["customers 1"].Held.Value)
	assert.Equal(t, "customers 1", p.notes["leads 1"].Held.Value)
}

// A target that lists nothing is asked record by record.
func TestPlanAsksTargetsWithoutLists(t *testing.T) {
	w := newWorld(t, customerRules())
	st := w.cfg.Vendor.Streams[1]
	st.List = nil
	st.Finds = []connector.Find{{By: []string{"email"}}}
	w.cfg.Reader = findReader{"a@x.com": {"101"}, "two@x.com": {"102", "103"}, "s@x.com": {"105"}, "S@x.com": {"105"}, "l@x.com": {"104"}}
	w.put(planSource, "customer", rows{"1": `{"name":"A","email":"a@x.com"}`, "2": `{"name":"B","email":"two@x.com"}`, "3": `{"name":"C","email":"c@x.com"}`, "4": `{"name":"D","email":"d@x.com"}`,
		"5": `{"name":"S","email":"s@x.com"}`, "6": `{"name":"S","email":"S@x.com"}`, "7": `{"name":"L","email":"l@x.com"}`})
	w.link(0, map[string]string{"4": "104"})
	w.wrote(0, "4", `{"name":"Old","email":"d@x.com"}`, `{"name":"Old","email":"d@x.com"}`)
	w.mapped()
	p := w.plan()
	p.shows(map[string]string{"customers 1": "update 101", "customers 2": "held several targets", "customers 3": "create", "customers 4": "held 104 gone from the target",
		"customers 5": "held several sources", "customers 6": "held several sources", "customers 7": "held several sources"})
	assert.Equal(t, Change{Field: "name", Old: json.RawMessage(`"N101"`), New: json.RawMessage(`"A"`)}, p.notes["customers 1"].Changes[0], "what was found is compared")

	w.cfg.Reader = blindReader{w.cfg.Reader}
	p = w.plan()
	p.shows(map[string]string{"customers 4": "update 104"})
	assert.Equal(t, "name", p.notes["customers 4"].Changes[0].Field, "where nothing reads a record, what was last written is all that is known")
	assert.Equal(t, []Candidate{{Key: "102", Label: "N102"}, {Key: "103", Label: "N103"}}, p.notes["customers 2"].Held.Choose)
}

// blindReader finds records and reads none.
type blindReader struct{ Reader }

func (blindReader) Read(context.Context, string, record.Key) (json.RawMessage, bool, error) {
	return nil, false, ErrNoRead
}

type findReader map[string][]record.Key

func (r findReader) Read(context.Context, string, record.Key) (json.RawMessage, bool, error) {
	return nil, false, nil
}

func (r findReader) Find(_ context.Context, _ string, fields json.RawMessage) (found []Found, asked bool, err error) {
	var by struct{ Email string }
	if err := json.Unmarshal(fields, &by); err != nil {
		return nil, false, err
	}
	for _, key := range r[by.Email] {
		found = append(found, Found{Key: key, Record: json.RawMessage(`{"name":"N` + key + `"}`)})
	}
	return found, true, nil
}

// Windows, chunks and workers must make no difference.
func TestPlanInSmallWindows(t *testing.T) {
	w := newWorld(t, customerRules(), ticketRules())
	source, target, jobs := rows{}, rows{}, rows{}
	for i := range 300 {
		source[fmt.Sprint(i)] = fmt.Sprintf(`{"name":"N %d","email":"m%d@x.com","count":%d}`, i, i, i%3)
		jobs[fmt.Sprint(i)] = fmt.Sprintf(`{"customer_id":{"$ref":{"stream":"customers","key":"%d"}},"subject":"S%d"}`, i*7%300, i)
		if i%4 != 0 {
			target[fmt.Sprint(1000+i*37%300)] = customer(1000+i*37%300, fmt.Sprintf(`"name":"N %d","email":"M%d@X.com","count":1`, i, i))
		}
	}
	w.put(planSource, "customer", source)
	w.put(planSource, "job", jobs)
	w.put(planTarget, "customers", target)
	w.mapped()
	whole := w.plan()
	small, err := makePlan(context.Background(), w.cfg, windowRoom{bytes: 1 << 20, rows: 7})
	require.NoError(t, err)
	assert.Equal(t, whole.Hash, small.Hash)
	assert.Equal(t, 75+300, whole.sum.Of(stage.ActCreate))
	assert.Equal(t, 150, whole.sum.Of(stage.ActUpdate))
	for id, it := range whole.items {
		if it.Action == stage.ActUpdate {
			assert.Equal(t, "count", whole.notes[id].Changes[0].Field)
		}
	}
}

// One of two alike was decided: the other still needs somebody to say so.
func TestPlanOfAlikeDecidedOneByOne(t *testing.T) {
	w := newWorld(t, customerRules())
	w.put(planSource, "customer", rows{"1": `{"name":"A","email":"a@x.com"}`, "2": `{"name":"B","email":"a@x.com"}`, "3": `{"name":"C","email":"a@x.com"}`})
	w.mapped()
	p := w.plan()
	p.shows(map[string]string{"customers 1": "held source records alike", "customers 2": "held source records alike", "customers 3": "held source records alike"})
	assert.Equal(t, "2", p.notes["customers 1"].Held.Value)
	assert.Equal(t, "1", p.notes["customers 3"].Held.Value)
	w.cfg.Decisions = &Decisions{Matches: []MatchDecision{{Entry: "customers", Key: "1", Choice: ChooseCreate}}}
	w.plan().shows(map[string]string{"customers 1": "create", "customers 2": "held source records alike", "customers 3": "held source records alike"})
	w.cfg.Decisions.Matches = append(w.cfg.Decisions.Matches, MatchDecision{Entry: "customers", Key: "2", Choice: ChooseCreate}, MatchDecision{Entry: "customers", Key: "3", Choice: ChooseSkip})
	w.plan().shows(map[string]string{"customers 1": "create", "customers 2": "create", "customers 3": "held skipped by decision"})
}

// The same target read in another order, with a record more that nothing
// concerns, is the same plan.
func TestPlanHashDependsOnWhatIsPlanned(t *testing.T) {
	source := rows{}
	target := rows{}
	for i := range 20 {
		source[fmt.Sprint(i)] = fmt.Sprintf(`{"name":"Name %d","email":"m%d@x.com"}`, i%3, i%5)
		target[fmt.Sprint(100+i)] = customer(100+i, fmt.Sprintf(`"name":"name %d","email":"M%d@x.com"`, i%3, i%12))
	}
	var hashes []string
	for _, backwards := range []bool{false, true} {
		w := newWorld(t, customerRules())
		w.put(planSource, "customer", source)
		w.pages(planTarget, "customers", 20, 4, func(i int) (string, string) {
			key := fmt.Sprint(100 + i)
			if backwards {
				key = fmt.Sprint(119 - i)
			}
			return key, target[key]
		})
		if backwards {
			w.put(planTarget, "customers", rows{"999": customer(999, `"note":"nobody's"`)})
		}
		w.mapped()
		hashes = append(hashes, w.plan().Hash)
	}
	assert.Equal(t, hashes[0], hashes[1])
}

func TestPlanRefusals(t *testing.T) {
	w := newWorld(t, customerRules())
	_, err := MakePlan(context.Background(), w.cfg)
	assert.ErrorContains(t, err, "ferry transform")
	w.put(planSource, "customer", rows{"1": `{"name":"A"}`})
	w.mapped()
	changed := w.cfg
	changed.Rules = []Rules{customerRules()}
	changed.Rules[0].Hash = 99
	_, err = MakePlan(context.Background(), changed)
	assert.ErrorContains(t, err, `the mapping of "customers" changed`)
	unknown := w.cfg
	unknown.Rules = []Rules{ticketRules()}
	_, err = MakePlan(context.Background(), unknown)
	assert.ErrorContains(t, err, `nothing is mapped for "tickets"`)
	broken := w.cfg
	broken.Refresh = func(context.Context, []string) (map[string]bool, error) { return nil, fmt.Errorf("the line is dead") }
	_, err = MakePlan(context.Background(), broken)
	assert.ErrorContains(t, err, "the line is dead")
	plans, err := w.s.Plans(context.Background(), 10)
	require.NoError(t, err)
	assert.Empty(t, plans, "nothing half made is seen")
	w.cfg.Vendor.Streams[1].Writes.Create = nil
	p := w.plan()
	p.shows(map[string]string{"customers 1": "rejected the target cannot"})
	assert.True(t, strings.HasPrefix(p.notes["customers 1"].Held.Text, "customers: "))
}

func TestMomentsInAZone(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	c := NewComparer(crm, nil).In(paris)
	want := json.RawMessage(`{"seen":"2019-07-18T02:00:00Z"}`)
	assert.Empty(t, c.Differ(want, json.RawMessage(`{"seen":"18/07/2019 04:00"}`)))
	assert.NotEmpty(t, c.Differ(want, json.RawMessage(`{"seen":"18/07/2019 02:00"}`)))
}
