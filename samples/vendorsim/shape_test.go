package vendorsim

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Keys of the objects, copied from the reference's samples and field tables.
const (
	addressShape   = " address addressComplement addressCity addressCountry addressProvince addressStreet addressZIP"
	customerShape  = "id myId name contactEmail contactFirstName contactFax contactPhone contactLastName contactMobile vatNumber publicLink customFieldValues position tags" + addressShape
	siteShape      = "id myId name contactEmail contactFax contactMobile contactName contactFirstName contactLastName contactPhone publicLink customer customFieldValues position tags" + addressShape
	equipmentShape = "id myId name publicLink customer site customFieldValues tags"
	activityShape  = "id activityType note dateStart dateEnd distance user team"
	simpleShape    = "id myId num description priority customer site equipment type reportTemplate technician createdBy position contactFirstName contactLastName contactEmail contactMobile contactPhone scheduledStart scheduledEnd actualStart actualEnd duration status publicLink customFieldValues tags skills dateCreated dateModified validateBy" + addressShape
	jobShape       = simpleShape + " otherTechnicians timeEntries parts report preferences"
	recurrShape    = "id myId num description priority customer site equipment type reportTemplate createdBy position contactFirstName contactLastName contactEmail contactMobile contactPhone dateStart dateEnd frequency frequencyLevel days duration customFields preferences isClosed idContract dateDeleted" + addressShape
	jobTypeShape   = "id name duration isDefault priority customHeader customLogoUrl defaultJobReport skills"
	templateShape  = "id name isPublished isDefault"
	blockShape     = "id name isShared isPublished"
	typeShape      = "id name category color payable"
	fieldShape     = "id label type private mandatory order"
	windowShape    = "id name startTime endTime"
)

func keys(o row) []string { return slices.Sorted(maps.Keys(o)) }

func shape(words string) []string {
	out := strings.Fields(words)
	slices.Sort(out)
	return out
}

func TestShapesOfListsAndDetails(t *testing.T) {
	o := unlimited()
	o.Data.NoDates = true
	s := newSim(t, o)
	for _, tc := range []struct{ entity, query, row, details string }{
		{"customer", "", customerShape, customerShape},
		{"site", "", siteShape, siteShape},
		{"equipment", "", equipmentShape, equipmentShape},
		{"activity", "", activityShape, activityShape},
		{"activityType", "", typeShape, ""},
		{"customfield", "?type=site", fieldShape, ""},
		{"job", "", simpleShape, jobShape},
		{"recurrence", "", recurrShape, recurrShape},
		{"jobtype", "", jobTypeShape, jobTypeShape},
		{"jobReportTemplate", "", templateShape + " numBlocks", templateShape + " blocks"},
		{"block", "", blockShape + " numItems", blockShape + " items"},
		{"jobschedulingwindow", "", windowShape, ""},
	} {
		t.Run(tc.entity, func(t *testing.T) {
			raw := decode[row](t, get(s, "/api/v3/"+tc.entity+"/list"+tc.query))
			assert.Equal(t, shape("page pageSize records recordsTotal data"), keys(raw))
			e := decode[envelope](t, get(s, "/api/v3/"+tc.entity+"/list"+tc.query))
			require.NotEmpty(t, e.Data)
			assert.Equal(t, e.Records, len(e.Data))
			for _, r := range e.Data {
				assert.Equal(t, shape(tc.row), keys(r))
			}
			if tc.details == "" {
				return
			}
			d := decode[row](t, get(s, "/api/v3/"+tc.entity+"/details?id="+text(e.Data[0]["id"])))
			assert.Equal(t, shape(tc.details), keys(d))
			missed := get(s, "/api/v3/"+tc.entity+"/details?id=1")
			assert.Equal(t, http.StatusNotFound, missed.status)
			assert.Equal(t, http.StatusBadRequest, get(s, "/api/v3/"+tc.entity+"/details").status)
		})
	}
}

func TestJobReportHasBothSpellings(t *testing.T) {
	s := newSim(t, unlimited())
	one := list(t, s, "/api/v3/job/list", "reportTemplate_id", "781").Data[0]
	blocks := decode[[]row](t, get(s, "/api/v3/jobReport/details?num="+text(one["num"])))
	require.Len(t, blocks, 2)
	assert.Equal(t, shape("id name isShared iteration isMandatory position items"), keys(blocks[0]))
	assert.Equal(t, shape("id blockName isShared iteration isMandatory position items"), keys(blocks[1]))
	item := blocks[0]["items"].([]any)[0].(row)
	assert.Equal(t, shape("id type name isMandatory isPrivate conditionByItem conditionValue position value comment issue"), keys(item))
	assert.Equal(t, http.StatusNotFound, get(s, "/api/v3/jobReport/details?num=1").status)
}

func TestTemplatesAndBlocks(t *testing.T) {
	s := newSim(t, unlimited())
	d := decode[row](t, get(s, "/api/v3/jobReportTemplate/details?id=45690"))
	block := d["blocks"].([]any)[0].(row)
	assert.Equal(t, shape("id name isShared isMandatory position min max items"), keys(block))
	item := block["items"].([]any)[0].(row)
	assert.Equal(t, shape("id type name isMandatory isPrivate conditionByItem conditionValue position listValues"), keys(item))
	assert.Equal(t, "Satisfaction Survey", decode[row](t, get(s, "/v3/block/details?id=4986"))["name"])
	assert.Len(t, list(t, s, "/v3/jobReportTemplate/list", "isPublished", "false").Data, 1)
	assert.Len(t, list(t, s, "/v3/jobReportTemplate/list", "name", "sample").Data, 1)
	assert.Equal(t, "Repair", decode[row](t, get(s, "/v3/jobtype/details?name=Repair"))["name"])
	assert.Len(t, list(t, s, "/v3/jobtype/list", "name", "maint").Data, 2)
}

func TestJobPhotos(t *testing.T) {
	s := newSim(t, unlimited())
	one := list(t, s, "/api/v3/job/list", "hasPhotos", "true").Data[0]
	type photos struct {
		Job    row
		Photos []row
	}
	p := decode[photos](t, get(s, "/api/v3/job/photos?id="+text(one["id"])))
	assert.Equal(t, shape("id myId num"), keys(p.Job))
	require.NotEmpty(t, p.Photos)
	assert.Equal(t, shape("url fileName iteration comment imageData"), keys(p.Photos[0]))
	assert.Nil(t, p.Photos[0]["imageData"])
	p = decode[photos](t, get(s, "/api/v3/job/photos?getImageData=true&num="+text(one["num"])))
	assert.True(t, strings.HasPrefix(text(p.Photos[0]["imageData"]), "iVBORw0KGg"))
	assert.Equal(t, http.StatusNotFound, get(s, "/api/v3/job/photos?num=1").status)
}

func TestFixedListsFilterAndSort(t *testing.T) {
	s := newSim(t, unlimited())
	for _, tc := range []struct {
		path string
		want []string
	}{
		{"activityType/list?category=unavail", []string{"590", "591"}},
		{"activityType/list?category=unavailability&sortOrder=descending", []string{"591", "590"}},
		{"activityType/list?name=travel&sort=category", []string{"596", "597"}},
		{"customfield/list?type=customer&sort=order", []string{"4658", "94057", "94058"}},
		{"customfield/list?type=customer&sort=label", []string{"94057", "94058", "4658"}},
		{"jobschedulingwindow/list", []string{"2", "476", "1"}},
		{"block/list?page=2&pageSize=2", []string{"4994"}},
		{"block/list?page=9", []string{}},
	} {
		assert.Equal(t, tc.want, idsOf(decode[envelope](t, get(s, "/api/v3/"+tc.path)).Data), tc.path)
	}
	assert.Equal(t, http.StatusBadRequest, get(s, "/api/v3/customfield/list").status)
	assert.Equal(t, http.StatusBadRequest, get(s, "/api/v3/customfield/list?customer_id=1").status)
}

func TestNastyValuesAreThere(t *testing.T) {
	o := unlimited()
	o.Data = Data{CapitalPosition: true, ExtraField: true, ISODates: true}
	s := newSim(t, o)
	customers := all(t, s, "/v3/customer/list")
	has := map[string]bool{}
	names := map[string]int{}
	for _, c := range customers {
		names[text(c["name"])]++
		id, given := c["myId"]
		has["null myId"] = has["null myId"] || given && id == nil
		has["empty myId"] = has["empty myId"] || id == ""
		has["equal names"] = has["equal names"] || names[text(c["name"])] > 1
		has["leading zero"] = has["leading zero"] || strings.HasPrefix(text(c["addressZIP"]), "0")
		_, capital := c["Position"]
		has["Position"] = has["Position"] || capital
		has["extra"] = has["extra"] || c["internalRevision"] != nil
		has["ISO"] = has["ISO"] || strings.HasSuffix(text(c["dateCreated"]), "Z")
		for _, v := range c["customFieldValues"].([]any) {
			_, isText := v.(row)["id"].(string)
			has["text id"] = has["text id"] || isText
			has["long"] = has["long"] || len([]rune(text(v.(row)["value"]))) > 32767
			has["big"] = has["big"] || text(v.(row)["id"]) == "9007199254740993"
		}
	}
	for _, n := range []string{`O'Brien "The Boss" & Co`, "Tab\there GmbH", "=SUM(A1:A9)", "'Quoted", "שלום מערכות", "Line one\nline two"} {
		has[n] = names[n] > 0
	}
	assert.Len(t, has, 16)
	for what, is := range has {
		assert.True(t, is, what)
	}
}

func TestPlainDataAreOrdinary(t *testing.T) {
	o := unlimited()
	o.Data = Data{Plain: true, BigIDs: true}
	s := newSim(t, o)
	seen := map[string]bool{}
	for _, c := range all(t, s, "/v3/customer/list") {
		id := text(c["myId"])
		assert.False(t, id == "" || seen[id], id)
		seen[id] = true
		assert.Greater(t, text(c["id"]), "9007199254740992")
	}
}
