package connector

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

func writes(t *testing.T, vendor, name string) *Writes {
	t.Helper()
	w := stream(t, shippedSpec(t, vendor), name).Writes
	require.NotNil(t, w, name)
	return w
}

// Every write call of a vendor by what it does, method and path; a call that is
// switched off has "off" behind it.
func TestShippedSpecsWrite(t *testing.T) {
	want := map[string][]string{
		"synchroteam": {
			"customer upsert POST customer/send", "customer delete DELETE customer/delete", "customer undelete POST customer/undelete",
			"site upsert POST site/send", "site delete DELETE site/delete", "site undelete POST site/undelete",
			"equipment upsert POST equipment/send", "equipment delete DELETE equipment/delete", "equipment undelete POST equipment/undelete",
			"job upsert POST job/send", "job delete DELETE job/delete", "job schedule POST job/schedule", "job unschedule POST job/unschedule",
			"job confirm POST job/confirm", "job complete POST job/complete", "job validate POST job/validate", "job cancel POST job/cancel",
			"job parts POST job/parts/send",
			"activity upsert POST activity/send", "activity delete DELETE activity/delete",
			"recurrence upsert POST recurrence/send off", "recurrence delete DELETE recurrence/delete", "recurrence close PUT recurrence/close",
		},
		"syncro": {
			"customers create POST customers", "customers update PUT customers/{key}", "customers delete DELETE customers/{key}",
			"customers.phones create POST customers/{customer_id}/phones", "customers.phones update PUT customers/{customer_id}/phones/{id}",
			"customers.phones delete DELETE customers/{customer_id}/phones/{id}",
			"contacts create POST contacts", "contacts update PUT contacts/{key}", "contacts delete DELETE contacts/{key}",
			"tickets create POST tickets", "tickets update PUT tickets/{key}", "tickets delete DELETE tickets/{key}",
			"tickets attach_file POST tickets/{key}/attach_file_url", "tickets remove_file POST tickets/{key}/delete_attachment", "tickets print POST tickets/{key}/print",
			"tickets.comments create POST tickets/{ticket_id}/comment",
			"tickets.line_items create POST tickets/{ticket_id}/add_line_item", "tickets.line_items update PUT tickets/{ticket_id}/update_line_item",
			"tickets.line_items delete POST tickets/{ticket_id}/remove_line_item",
			"tickets.timers create POST tickets/{ticket_id}/timer_entry", "tickets.timers update PUT tickets/{ticket_id}/update_timer_entry",
			"tickets.timers delete POST tickets/{ticket_id}/delete_timer_entry",
			"leads create POST leads", "leads update PUT leads/{key}", "leads disable PUT leads/{key}",
			"invoices create POST invoices", "invoices update PUT invoices/{key}", "invoices delete DELETE invoices/{key}",
			"invoices email POST invoices/{key}/email", "invoices print POST invoices/{key}/print",
			"invoices.line_items create POST invoices/{invoice_id}/line_items", "invoices.line_items update PUT invoices/{invoice_id}/line_items/{id}",
			"invoices.line_items delete DELETE invoices/{invoice_id}/line_items/{id}",
			"payments create POST payments",
			"assets create POST customer_assets", "assets update PUT customer_assets/{key}",
			"rmm_alerts create POST rmm_alerts", "rmm_alerts resolve DELETE rmm_alerts/{key}", "rmm_alerts mute POST rmm_alerts/{key}/mute",
		},
		"sonar": {
			"customers upsert POST customers", "customers close POST customers/close", "customers unassign POST customers/unassign",
			"customers delete_property DELETE customers/properties",
			"messages create POST messages", "messages append_tag POST messages/tags off", "campaigns create POST campaigns",
			"webhooks create POST webhooks", "webhooks delete DELETE webhooks/{key}",
		},
		"customerly": {
			"users upsert POST users", "users delete DELETE users", "users unsubscribe POST users/unsubscribe/{user_id}",
			"users add_attributes POST users/add-attributes/{user_id}", "users add_to_company POST users/add-to-company",
			"leads upsert POST leads", "leads delete DELETE leads",
			"tags create POST tags", "tags delete DELETE tags", "tags untag POST tags", "messages create POST messages",
		},
	}
	for _, vendor := range Names() {
		var got []string
		s := shippedSpec(t, vendor)
		for _, name := range s.Writable() {
			for _, c := range stream(t, s, name).Writes.Calls() {
				line := name + " " + c.Name + " " + c.Method + " " + c.Path
				if c.Off != "" {
					line += " off"
				}
				got = append(got, line)
			}
		}
		assert.Equal(t, want[vendor], got, vendor)
	}
}

func TestWriteFieldsAreTheStreamsOwnWithoutTheReadOnlyOnes(t *testing.T) {
	paths := writePaths(writes(t, "synchroteam", "job").Fields)
	assert.Subset(t, paths, []string{"myId", "customer.myId", "report[].nmItem", "report[].value", "scheduledStart", "preferences.isDraft", "position.latitude"})
	for _, path := range []string{"id", "publicLink", "tags", "duration", "dateModified", "createdBy", "createdBy.id", "timeEntries", "actualEnd", "parts", "report[].items"} {
		assert.NotContains(t, paths, path)
	}
	comment := writes(t, "syncro", "tickets.comments")
	assert.Equal(t, []string{"ticket_id", "subject", "body", "tech", "hidden", "sms_body", "do_not_email"}, writePaths(comment.Fields))
	assert.Equal(t, [][]string{{"ticket_id"}, {"subject"}, {"body"}}, comment.Required)
	for _, vendor := range Names() {
		s := shippedSpec(t, vendor)
		for _, name := range s.Writable() {
			for _, f := range Flatten(stream(t, s, name).Writes.Fields) {
				assert.False(t, f.Field.ReadOnly, "%s %s %s", vendor, name, f.Path)
				assert.Equal(t, record.FromRecord, f.Field.From)
			}
		}
	}
}

// Job dates are never written with day and month in an order that can be mistaken.
func TestWrittenTimesHaveOneReading(t *testing.T) {
	moment := time.Date(2018, 4, 3, 9, 5, 0, 0, time.UTC)
	job := writes(t, "synchroteam", "job")
	for path, want := range map[string]string{"scheduledStart": "2018-04-03 09:05:00", "preferences.date": "2018-04-03", "preferences.dateTime": "2018-04-03 09:05:00"} {
		for _, f := range Flatten(job.Fields) {
			if f.Path == path {
				assert.Equal(t, want, moment.Format(f.Field.Layouts[0]), path)
			}
		}
	}
	complete, err := job.Action("complete")
	require.NoError(t, err)
	assert.Equal(t, "2018-04-03 09:05", moment.Format(complete.Fields[1].Layouts[0]))
	_, err = job.Action("finish")
	require.ErrorContains(t, err, `unknown action "finish"`)
}

func TestWritesOfSynchroteam(t *testing.T) {
	customer := writes(t, "synchroteam", "customer")
	assert.Equal(t, []string{"id", "myId"}, customer.Upsert.By)
	assert.Equal(t, "id", customer.Upsert.KeyAs)
	assert.True(t, customer.Partial)
	assert.Equal(t, "myId", customer.Reference)
	assert.Equal(t, []Param{{"id", "{key}"}}, customer.Delete.Query, "by id only")
	assert.Equal(t, &CustomWrite{Path: "customFieldValues", Label: "label", ID: "id", Value: "value",
		Defs: &CustomDefs{Stream: "customfield", Label: "label", ID: "id", Of: []Param{{"object", "customer"}}}}, customer.Custom)

	job := writes(t, "synchroteam", "job")
	assert.Equal(t, []string{"report"}, job.Upsert.CreateOnly)
	assert.Equal(t, [][]string{{"customer.id", "customer.myId", "site.id", "site.myId"}}, job.Required)
	schedule, err := job.Action("schedule")
	require.NoError(t, err)
	assert.Equal(t, []string{"scheduledStart", "scheduledEnd"}, schedule.Required)
	assert.Equal(t, "scheduled", schedule.To)
	assert.Equal(t, []Effect{{Name: "technician_notice", About: schedule.Effects[0].About, Where: "technician", Unless: "preferences.isDraft"}}, schedule.Effects)
	assert.Equal(t, []string{"technician", "otherTechnicians", "scheduledStart", "scheduledEnd", "preferences.isDraft"}, job.Upsert.Effects[0].When)
	assert.Equal(t, []record.Literal{{Path: "status", Value: []byte(`"created"`)}}, job.New)

	recurrence := writes(t, "synchroteam", "recurrence")
	assert.NotEmpty(t, recurrence.Off)
	assert.Equal(t, recurrence.Upsert.Off, recurrence.Off)
	assert.Empty(t, recurrence.Delete.Off)
}

func TestWritesThatReachPeopleAreMuted(t *testing.T) {
	hidden := []record.Literal{{Path: "hidden", Value: []byte("true")}, {Path: "do_not_email", Value: []byte("true")}}
	comment := writes(t, "syncro", "tickets.comments").Create
	assert.Equal(t, hidden, comment.Effects[0].Mute)
	assert.Equal(t, []string{"sms_body"}, comment.Effects[1].When)
	assert.Empty(t, comment.Effects[1].Mute)
	ticket := writes(t, "syncro", "tickets").Create
	assert.Equal(t, []string{"comments_attributes"}, ticket.Effects[0].When)
	assert.Equal(t, record.Literal{Path: "comments_attributes[].hidden", Value: []byte("true")}, ticket.Effects[0].Mute[0])
	for vendor, name := range map[string]string{"sonar": "messages", "customerly": "messages"} {
		e := writes(t, vendor, name).Create.Effects
		require.Len(t, e, 1)
		assert.Empty(t, e[0].When)
		assert.Empty(t, e[0].Mute, "nothing but not sending mutes a message")
	}
}

func TestAnswersThatSayOKButAreNot(t *testing.T) {
	assert.Equal(t, "unsubscribed", writes(t, "sonar", "messages").Create.Refused[0].Equals)
	users := writes(t, "customerly", "users").Upsert
	assert.Equal(t, BatchTold{By: "email", Count: "data.inserted", Refused: []string{"data.errors", "data.not_added", "not_added"}, Message: "message"}, users.BatchTold)
	assert.Equal(t, "users", users.BatchPath)
	assert.Equal(t, "users", users.BatchKey)
	assert.Equal(t, 50, users.BatchMax)
	assert.True(t, writes(t, "syncro", "invoices").Delete.ReadBack)
	untag, err := writes(t, "customerly", "tags").Action("untag")
	require.NoError(t, err)
	assert.Equal(t, []record.Literal{{Path: "untag", Value: []byte("true")}}, untag.Fixed)
	assert.Equal(t, []string{"users", "leads"}, fieldNames(untag.Fields), "what is always sent is not asked for")
	assert.Equal(t, []string{"tag"}, writes(t, "customerly", "tags").Delete.Only)
}

func TestWriting(t *testing.T) {
	s := shippedSpec(t, "syncro")
	assert.Equal(t, []string{
		"Records can be created, not updated.",
		"Needed on creation: ticket_id, subject, body.",
		"What was created cannot be deleted: Syncro has no call that changes or deletes a comment; it goes with its ticket.",
		"No field can carry Ferry's own reference.",
		"Effect comment_mail: the customer gets the comment by mail, and sees it in the portal. Unless the job allows it: create sends hidden true, do_not_email true.",
		"Effect comment_sms: the customer gets the comment as a text message. Unless the job allows it: create leaves out sms_body.",
	}, stream(t, s, "tickets.comments").Writing())
	assert.Equal(t, []string{"Nothing can be written here."}, stream(t, s, "users").Writing())
	job := stream(t, shippedSpec(t, "synchroteam"), "job").Writing()
	assert.Contains(t, job, "Only on creation: report.")
	assert.Contains(t, job, "Action schedule: gives the job a time and a technician (status becomes scheduled); from created, scheduled; needs scheduledStart, scheduledEnd.")
	assert.Contains(t, job, "Effect technician_notice: the technician's device shows the job, or that it is gone. Unless the job allows it: "+
		"upsert sends preferences.isDraft true with technician or otherTechnicians or scheduledStart or scheduledEnd or preferences.isDraft where the record has technician, unless preferences.isDraft. "+
		"delete is not called where the record has technician. "+
		"schedule is not called where the record has technician, unless preferences.isDraft. "+
		"unschedule is not called where the record has technician, unless preferences.isDraft. confirm is not called. "+
		"cancel is not called where the record has technician, unless preferences.isDraft.")
	assert.Contains(t, stream(t, shippedSpec(t, "synchroteam"), "customer").Writing(), "No two records may share: myId.")
}

// Every batch and job in a spec says how the answer tells of single records.
func TestBatchesPollsAndFolds(t *testing.T) {
	s, err := Parse("a.yaml", []byte(`vendor: a
base_url: https://a.com
auth: none
streams:
  s:
    key: id
    get: {path: "s/{key}"}
    fields: {id: {type: integer, read_only: true}, ref: {type: string, folds: [trim, case]}}
    writes:
      reference: ref
      final: nothing is deleted
      create:
        path: s
        batch: {path: s/many, key: rows, max: 10, by: ref, at: row.ref, results: results, failed: error, record: none, message: error.text}
        poll: {path: "jobs/{job}", job: job_id, when: 202, done: {path: state, equals: done}, failed: {path: error}, answer: result, every: 5s, messages: error}
`))
	require.NoError(t, err)
	create := s.Streams[0].Writes.Create
	assert.Equal(t, BatchTold{By: "ref", At: "row.ref", Results: "results", Failed: "error", Record: "-", Message: "error.text"}, create.BatchTold)
	assert.Equal(t, &Poll{Call: Call{Method: "GET", Path: "jobs/{job}"}, Job: "job_id", When: 202, Done: Refusal{Path: "state", Equals: "done"},
		Failed: Refusal{Path: "error"}, Answer: []string{"result"}, Every: 5 * time.Second, Within: 10 * time.Minute, Messages: []string{"error"}}, create.Poll)
	assert.Equal(t, []string{"trim", "case"}, s.Streams[0].Fields[1].Folds)
	assert.Contains(t, s.Streams[0].Marks(Flatten(s.Streams[0].Fields)[1]), "capitals do not count")
	assert.Equal(t, []string{"digits"}, stream(t, shippedSpec(t, "syncro"), "customers").Writes.Fields[5].Folds, "phone")
	assert.Equal(t, "delete_property", writes(t, "sonar", "customers").Custom.Clear)
}

// What an account lists itself is named wherever a write takes it, and the list
// can be read.
func TestKnownValuesOfShippedSpecs(t *testing.T) {
	found := map[string][]string{}
	for _, name := range []string{"customerly", "sonar", "synchroteam", "syncro"} {
		s := shippedSpec(t, name)
		for _, st := range s.Streams {
			if st.Writes == nil {
				continue
			}
			for _, f := range Flatten(st.Writes.Fields) {
				if k := f.Field.Known; k != nil {
					assert.NotNil(t, stream(t, s, k.Stream).List)
					found[name] = append(found[name], st.Name+"."+f.Path+" "+k.Stream+"."+k.Field)
				}
			}
		}
	}
	assert.Empty(t, found["customerly"], "it lists nothing of the kind")
	assert.Empty(t, found["sonar"], "it lists nothing of the kind")
	assert.ElementsMatch(t, []string{
		"job.type.id jobtype.id", "job.type.name jobtype.name", "job.reportTemplate.id jobReportTemplate.id", "job.reportTemplate.name jobReportTemplate.name",
		"job.preferences.schedulingWindow.id jobschedulingwindow.id", "job.preferences.schedulingWindow.name jobschedulingwindow.name",
		"activity.activityType.id activityType.id", "recurrence.type.id jobtype.id", "recurrence.type.name jobtype.name",
		"recurrence.reportTemplate.id jobReportTemplate.id", "recurrence.reportTemplate.name jobReportTemplate.name",
		"recurrence.preferences.schedulingWindow.id jobschedulingwindow.id", "recurrence.preferences.schedulingWindow.name jobschedulingwindow.name",
	}, found["synchroteam"])
	assert.ElementsMatch(t, []string{
		"tickets.status ticket_statuses.name", "tickets.problem_type problem_types.name", "tickets.user_id users.id", "tickets.ticket_type_id ticket_types.id",
		"tickets.timers.user_id users.id", "leads.ticket_problem_type problem_types.name", "leads.user_id users.id", "leads.ticket_type_id ticket_types.id",
		"payments.payment_method payment_methods.name", "assets.asset_type_name asset_types.name", "assets.asset_type_id asset_types.id",
	}, found["syncro"])
}
