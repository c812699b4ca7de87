package connector

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

// What the read sides of Syncro, Sonar and Customerly need of the spec
// language; nothing of them stands in Go.

func TestVendorWithPagesOfTheServersSize(t *testing.T) {
	s := shippedSpec(t, "syncro")
	assert.True(t, s.Budget.PerIP)
	assert.Equal(t, Limit{180, time.Minute}, s.Budget.Rate)
	assert.True(t, s.Budget.Quota.IsZero())
	assert.Empty(t, s.Budget.Headers)
	assert.Equal(t, []string{"message", "errors", "error"}, s.Answers.Messages)
	assert.Equal(t, AnswerRule{Status: []int{401}, Body: "update your group permissions", Class: Forbidden,
		Hint: s.Answers.Rules[1].Hint}, s.Answers.Rules[1], "a missing permission is no wrong token")

	p := stream(t, s, "assets").List.Paging
	assert.Equal(t, []string{"assets"}, p.Records)
	assert.Equal(t, "meta.total_pages", p.TotalPages)
	assert.Zero(t, p.Size)
	assert.Empty(t, p.SizeParam)

	assert.Equal(t, RowShape{Pair: []string{"id", "name"}}, stream(t, s, "users").List.Row)
	assert.Equal(t, []string{"contact", ""}, stream(t, s, "contacts").Get.Records)
	assert.Equal(t, []Param{{"status", "all"}}, stream(t, s, "rmm_alerts").List.Query)
	assert.Equal(t, []Param{{"include_disabled", "true"}}, stream(t, s, "customers").List.Query)

	for _, name := range []string{"tickets", "invoices"} {
		cursor := stream(t, s, name).Cursor
		assert.Equal(t, "since_updated_at", cursor.Param)
		assert.Equal(t, "2024-05-06T07:08:09.010Z", time.Date(2024, 5, 6, 7, 8, 9, 10e6, time.UTC).In(cursor.Zone).Format(cursor.Layout))
		assert.Equal(t, 24*time.Hour, cursor.Overlap)
	}
	for _, name := range s.Readable() {
		assert.Equal(t, name == "tickets" || name == "invoices", stream(t, s, name).Cursor != nil, name)
	}
	call, err := stream(t, s, "tickets").Detail.Fill(func(name string) (string, bool) { return "a/b", name == "id" })
	require.NoError(t, err)
	assert.Equal(t, "tickets/a%2Fb", call.Path)
	assert.Equal(t, Find{By: []string{"number"}, Call: Call{Method: "GET", Path: "invoices/{number}"}, Records: []string{"invoice", ""}, Loose: true},
		stream(t, s, "invoices").Finds[0])
}

func TestSubStreamWithPages(t *testing.T) {
	comments := stream(t, shippedSpec(t, "syncro"), "tickets.comments")
	require.NotNil(t, comments.Sub.Paging)
	assert.Equal(t, "per_page", comments.Sub.Paging.SizeParam)
	assert.Equal(t, []string{"comments"}, comments.Sub.Records)
	assert.Equal(t, []string{"ticket_id", "id"}, comments.Key)
	f := comments.Fields[0]
	assert.Equal(t, "ticket_id", f.Name)
	assert.Equal(t, "Ticket ID", f.Label, "described by the type")
	assert.Equal(t, record.FromParent, f.From)
	assert.Nil(t, stream(t, shippedSpec(t, "synchroteam"), "job.report").Sub.Paging)
}

func TestVendorWithoutLists(t *testing.T) {
	s := shippedSpec(t, "sonar")
	assert.Equal(t, []string{"webhooks"}, s.Readable())
	customers := stream(t, s, "customers")
	assert.Nil(t, customers.List)
	assert.Equal(t, []Param{{"phone_number", "{key}"}}, customers.Get.Query)
	assert.Equal(t, Auth{Kind: AuthHeader, Name: "X-Token", Value: "{token}"}, s.Auth)
	assert.Equal(t, Budget{Zone: time.UTC}, s.Budget)
	assert.Equal(t, []string{"webhooks", ""}, stream(t, s, "webhooks").List.Paging.Records)
	assert.Equal(t, PageNone, stream(t, s, "webhooks").List.Paging.Kind)
	for _, name := range []string{"messages", "campaigns"} {
		st := stream(t, s, name)
		assert.Empty(t, st.Key)
		assert.Nil(t, st.Get)
		assert.NotNil(t, st.Writes.Create)
	}
	values, problems := NewValues(s, map[string]string{"token": pass, "environment": "sandbox"})
	require.Empty(t, problems)
	base, err := values.BaseURL(s, "")
	require.NoError(t, err)
	assert.Equal(t, "https://sandbox.sendsonar.com/api/v1", base.String())
}

func TestVendorWithPagesFromZero(t *testing.T) {
	s := shippedSpec(t, "customerly")
	p := stream(t, s, "users").List.Paging
	assert.Equal(t, Paging{Kind: PageNumber, Param: "page", First: 0, SizeParam: "per_page", Size: 100, Records: []string{"data.users"}}, p)
	assert.Equal(t, AnswerRule{Status: []int{500}, Body: "Access token not found", Class: Credentials,
		Hint: s.Answers.Rules[1].Hint}, s.Answers.Rules[1], "a wrong token is no outage")
	assert.Equal(t, "error", s.Answers.ErrorKey)
	assert.Equal(t, RowShape{Scalar: "tag"}, stream(t, s, "tags").List.Row)
	for _, name := range []string{"users", "leads"} {
		assert.Nil(t, stream(t, s, name).Get, "its own id cannot be asked for")
		assert.Equal(t, []string{"email"}, stream(t, s, name).Finds[0].By)
	}
}

func TestRowsWrappedOneByOne(t *testing.T) {
	s, err := Parse("a.yaml", []byte("vendor: a\nbase_url: https://a.com\nauth: none\npaging: {all: {kind: none, records: rows}}\n"+
		"streams:\n  s: {key: id, list: {path: s, paging: all, row: {unwrap: row}}, fields: {id: integer}}\n"))
	require.NoError(t, err)
	assert.Equal(t, RowShape{Unwrap: "row"}, s.Streams[0].List.Row)
}
