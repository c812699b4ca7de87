package connector

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

func shippedSpec(t *testing.T, name string) *Spec {
	t.Helper()
	s, err := Load(name)
	require.NoError(t, err)
	return s
}

func stream(t *testing.T, s *Spec, name string) *Stream {
	t.Helper()
	st, err := s.Stream(name)
	require.NoError(t, err)
	return st
}

func TestShippedSpecsLoad(t *testing.T) {
	require.Contains(t, Names(), "synchroteam")
	for _, name := range Names() {
		s := shippedSpec(t, name)
		assert.Equal(t, name, s.Vendor, "the file is named as the vendor")
		assert.Empty(t, s.Path)
		for _, setting := range s.Settings {
			assert.NotEmpty(t, setting.Env, setting.Name)
			assert.NotEmpty(t, setting.About, setting.Name)
		}
		for _, st := range s.Streams {
			assert.NotEmpty(t, st.Label, st.Name)
		}
	}
}

// Every GET request line of the reference, without a stream's name where no
// stream reads it.
func TestSynchroteamReadsEveryGetEndpoint(t *testing.T) {
	s := shippedSpec(t, "synchroteam")
	read := map[string]bool{}
	for _, st := range s.Streams {
		if st.List != nil {
			read[st.List.Path] = true
		}
		if st.Get != nil {
			read[st.Get.Path] = true
		}
		if st.Detail != nil {
			read[st.Detail.Path] = true
		}
		if st.Sub != nil {
			read[st.Sub.Path] = true
		}
	}
	want := strings.Fields(`activity/details activity/list activityType/list customfield/list
		customer/details customer/list site/details site/list equipment/details equipment/list
		job/details job/list job/photos jobschedulingwindow/list jobtype/details jobtype/list
		jobReport/details jobReportTemplate/details jobReportTemplate/list block/details block/list
		recurrence/details recurrence/list`)
	slices.Sort(want)
	assert.Equal(t, want, slices.Sorted(maps.Keys(read)))
}

const (
	seedAddress = " address addressStreet addressComplement addressZIP addressCity addressProvince addressCountry" +
		" position position.latitude position.longitude"
	seedContact    = " contactFirstName contactLastName contactPhone contactMobile contactEmail"
	seedRefs       = " customer customer.id customer.myId customer.name site site.id site.myId site.name"
	seedEquipment  = " equipment equipment.id equipment.myId equipment.name"
	seedJobCommon  = " type type.id type.name reportTemplate reportTemplate.id reportTemplate.name createdBy createdBy.id createdBy.name createdBy.login"
	seedItem       = "id type name isMandatory isPrivate conditionByItem conditionValue position listValues value comment issue"
	seedPreference = " preferences preferences.schedulingWindow preferences.schedulingWindow.id preferences.schedulingWindow.name" +
		" preferences.team preferences.team.id preferences.team.name preferences.user preferences.user.id preferences.user.name preferences.user.login"
)

func under(prefix, names string) string {
	var b strings.Builder
	for _, name := range strings.Fields(names) {
		b.WriteString(" " + prefix + name)
	}
	return b.String()
}

// Every field the reference names in a table or shows in a sample, and those
// seen in answers (dateCreated and dateModified of customers, sites, equipment).
func TestSynchroteamKnowsEveryField(t *testing.T) {
	stamps := " dateCreated dateModified"
	want := map[string]string{
		"activity": `id activityType activityType.id activityType.name activityType.category activityType.payable note
			dateStart dateEnd distance distance.km distance.mi user user.id user.login user.firstName user.lastName
			team team.id team.name`,
		"activityType": "id name category color payable",
		"customfield":  "object id label type private mandatory order",
		"customer":     "id name myId vatNumber publicLink customFieldValues tags contactFax" + seedAddress + seedContact + stamps,
		"site": "id name myId publicLink customFieldValues tags contactFax contactName customer customer.id customer.myId customer.name" +
			seedAddress + seedContact + stamps,
		"equipment": "id myId name publicLink customFieldValues tags" + seedRefs + stamps,
		"job": "id myId num priority description technician technician.id technician.name technician.login" +
			" otherTechnicians otherTechnicians[].id otherTechnicians[].name otherTechnicians[].login" +
			" scheduledStart scheduledEnd actualStart actualEnd duration status publicLink" +
			" timeEntries timeEntries[].user timeEntries[].user.id timeEntries[].user.name timeEntries[].user.login" +
			" timeEntries[].login timeEntries[].start timeEntries[].stop" +
			" parts parts[].id parts[].quantity parts[].reference parts[].serialNumbers report customFieldValues tags skills" +
			" preferences.date preferences.dateTime preferences.isDraft preferences.isPool" +
			" validateBy validateBy.id validateBy.login validateBy.name validateBy.date" + stamps +
			under("report[].", "id name isShared iteration isMandatory position items") + under("report[].items[].", seedItem) +
			seedRefs + seedEquipment + seedJobCommon + seedPreference + seedAddress + seedContact,
		"job.report":          "job_id id name isShared iteration isMandatory position items" + under("items[].", seedItem),
		"job.photos":          "job_id url fileName iteration comment imageData",
		"jobschedulingwindow": "id name startTime endTime",
		"jobtype": `id name duration isDefault priority customHeader customLogoUrl
			defaultJobReport defaultJobReport.id defaultJobReport.name skills`,
		"jobReportTemplate": "id name isPublished isDefault numBlocks blocks" +
			under("blocks[].", "id name isShared isMandatory position min max items") + under("blocks[].items[].", seedItem),
		"block": "id name isPublished isShared numItems items" + under("items[].", seedItem),
		"recurrence": "id myId num description priority dateStart dateEnd frequency frequencyLevel days duration customFields" +
			" preferences.autoScheduleDays preferences.flAutoSchedule preferences.specificTime isClosed idContract dateDeleted" +
			seedRefs + seedEquipment + seedJobCommon + seedPreference + seedAddress + seedContact,
	}
	s := shippedSpec(t, "synchroteam")
	assert.ElementsMatch(t, slices.Collect(maps.Keys(want)), s.StreamNames())
	for name, fields := range want {
		var got []string
		for _, f := range Flatten(stream(t, s, name).Fields) {
			got = append(got, f.Path)
		}
		assert.ElementsMatch(t, strings.Fields(fields), got, name)
	}
}

// Every list parameter of the reference but page, pageSize, sort and sortOrder.
func TestSynchroteamKnowsEveryFilter(t *testing.T) {
	refs := " customer_id customer_myId site_id site_myId equipment_id equipment_myId type_id type_name reportTemplate_id reportTemplate_name"
	want := map[string]string{
		"activity":            "startDate endDate activityType_name activityType_category user_id user_login team_id",
		"activityType":        "category name",
		"customfield":         "type",
		"customer":            "changedSince name email",
		"site":                "changedSince name customer_id customer_myId",
		"equipment":           "changedSince name customer_id customer_myId site_id site_myId",
		"job":                 "myId status dateFrom dateTo changedSince reportChangedSince validatedSince user_login user_id team_id team_id_pref hasPhotos show" + refs,
		"jobschedulingwindow": "",
		"jobtype":             "name",
		"jobReportTemplate":   "name isPublished",
		"block":               "",
		"recurrence":          "dateFrom dateTo show" + refs,
	}
	s := shippedSpec(t, "synchroteam")
	assert.ElementsMatch(t, slices.Collect(maps.Keys(want)), s.Readable())
	for name, filters := range want {
		assert.ElementsMatch(t, strings.Fields(filters), stream(t, s, name).FilterNames(), name)
	}
}

func TestSynchroteamReads(t *testing.T) {
	s := shippedSpec(t, "synchroteam")
	assert.Equal(t, Limit{120, time.Minute}, s.Budget.Rate)
	assert.Equal(t, Limit{10000, 24 * time.Hour}, s.Budget.Quota)
	assert.False(t, s.Budget.PerIP)
	assert.Equal(t, []LimitHeaders{
		{Limit: "X-RateLimit-Limit", Remaining: "X-RateLimit-Remaining", Reset: "X-RateLimit-Reset", ResetIs: ResetEpoch},
		{Quota: true, Limit: "X-Quota-Limit", Remaining: "X-Quota-Remaining"},
	}, s.Budget.Headers)
	assert.Equal(t, Auth{Kind: AuthBasic, User: "{domain}", Value: "{api_key}"}, s.Auth)
	assert.Equal(t, []string{"job", "job.report", "job.photos", "jobReportTemplate", "block"}, s.Details())

	job := stream(t, s, "job")
	assert.Equal(t, []string{"id"}, job.Key)
	assert.Equal(t, []string{"num"}, job.Order.Fields)
	assert.Equal(t, &Deleted{Query: []Param{{"show", "deleted"}}, Cursor: true}, job.Deleted)
	assert.Equal(t, "reportChangedSince", job.Detail.ChangedBy.Param)
	assert.Equal(t, Paging{Kind: PageNumber, Param: "page", First: 1, SizeParam: "pageSize", Size: 100, Records: []string{"data"},
		Total: "recordsTotal", Page: "page", PageSize: "pageSize", Rows: "records"}, job.List.Paging)

	customer := stream(t, s, "customer")
	assert.Equal(t, &Cursor{Param: "changedSince", Layout: "2006-01-02 15:04:05", Zone: time.UTC, Field: "dateModified",
		Resolution: time.Second, Overlap: 5 * time.Minute}, customer.Cursor)
	assert.Equal(t, &Order{Query: []Param{{"sort", "dateCreated"}, {"sortOrder", "ascending"}}, Fields: []string{"id", "dateCreated"}},
		customer.Order)

	photos := stream(t, s, "job.photos")
	assert.Equal(t, []string{"photos", "jobPhoto"}, photos.Sub.Records)
	assert.Equal(t, []Param{{"hasPhotos", "true"}}, photos.Sub.ListedBy)
	assert.Equal(t, []Param{{"id", "{id}"}, {"getImageData", "true"}}, photos.Sub.Query)
	assert.Equal(t, []*Stream{stream(t, s, "job.report"), photos}, s.Subs("job"))
	assert.Equal(t, record.FromParent, photos.Fields[0].From)

	custom := stream(t, s, "customfield")
	assert.Equal(t, &Variants{Param: "type", Values: []string{"job", "customer", "site", "equipment", "user"}, As: "object", InKey: true}, custom.List.Variants)
	assert.Equal(t, []string{"object", "id"}, custom.Key)
	assert.Equal(t, record.FromVariant, custom.Fields[0].From)
	assert.False(t, stream(t, s, "recurrence").List.Variants.InKey)
}

func TestUnknownNamesAreAnsweredWithTheNearest(t *testing.T) {
	s := shippedSpec(t, "synchroteam")
	_, err := s.Stream("customers")
	require.EqualError(t, err, `unknown stream "customers"; did you mean "customer"?`)
	_, err = s.Stream("job.photo")
	require.EqualError(t, err, `unknown stream "job.photo"; did you mean "job.photos"?`)
	_, err = s.Setting("apikey")
	require.EqualError(t, err, `unknown setting "apikey"; did you mean "api_key"?`)
	_, err = stream(t, s, "job").Filter("datefrom")
	require.EqualError(t, err, `unknown filter of job "datefrom"; did you mean "dateFrom"?`)
	_, err = Load("syncroteam")
	require.EqualError(t, err, `unknown vendor "syncroteam"; did you mean "synchroteam"? (or give the path of a spec, such as ./vendor.yaml)`)
	_, err = Load("./nowhere.yaml")
	require.ErrorContains(t, err, "connector spec cannot be read")
}
