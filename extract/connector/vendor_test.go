package connector

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

// The three specs of testdata/vendor need what Syncro, Sonar and Customerly
// need; nothing of them stands in Go.

func TestVendorWithPagesOfTheServersSize(t *testing.T) {
	s := shippedSpec(t, "testdata/vendor/syncro.yaml")
	assert.Equal(t, "testdata/vendor/syncro.yaml", s.Path)
	assert.True(t, s.Budget.PerIP)
	assert.Equal(t, Limit{180, time.Minute}, s.Budget.Rate)
	assert.True(t, s.Budget.Quota.IsZero())
	assert.Empty(t, s.Budget.Headers)
	assert.Equal(t, []string{"message", "errors", "error"}, s.Answers.Messages)

	p := stream(t, s, "assets").List.Paging
	assert.Equal(t, []string{"assets"}, p.Records)
	assert.Equal(t, "meta.total_pages", p.TotalPages)
	assert.Zero(t, p.Size)
	assert.Empty(t, p.SizeParam)
	assert.Empty(t, stream(t, s, "appointments").List.Paging.TotalPages)

	assert.Equal(t, RowShape{Pair: []string{"id", "name"}}, stream(t, s, "users").List.Row)
	assert.Equal(t, RowShape{Unwrap: "appointment"}, stream(t, s, "appointments").List.Row)
	assert.Equal(t, []string{"contact", ""}, stream(t, s, "contacts").Get.Records)
	assert.Equal(t, []Param{{"status", "all"}}, stream(t, s, "rmm_alerts").List.Query)

	tickets := stream(t, s, "tickets")
	assert.Equal(t, "2024-05-06T07:08:09.010Z", time.Date(2024, 5, 6, 7, 8, 9, 10e6, time.UTC).In(tickets.Cursor.Zone).Format(tickets.Cursor.Layout))
	assert.Equal(t, 24*time.Hour, tickets.Cursor.Overlap)
	call, err := tickets.Detail.Fill(func(name string) (string, bool) { return "a/b", name == "id" })
	require.NoError(t, err)
	assert.Equal(t, "tickets/a%2Fb", call.Path)
}

func TestVendorWithoutLists(t *testing.T) {
	s := shippedSpec(t, "testdata/vendor/sonar.yaml")
	assert.Equal(t, []string{"webhook"}, s.Readable())
	customer := stream(t, s, "customer")
	assert.Nil(t, customer.List)
	assert.Equal(t, []Param{{"phone_number", "{key}"}}, customer.Get.Query)
	assert.Equal(t, Auth{Kind: AuthHeader, Name: "X-Token", Value: "{token}"}, s.Auth)
	assert.Equal(t, Budget{Zone: time.UTC}, s.Budget)
	assert.Equal(t, []string{""}, stream(t, s, "webhook").List.Paging.Records)
	assert.Equal(t, PageNone, stream(t, s, "webhook").List.Paging.Kind)
}

func TestVendorWithPagesFromZero(t *testing.T) {
	s := shippedSpec(t, "testdata/vendor/customerly.yaml")
	p := stream(t, s, "users").List.Paging
	assert.Equal(t, Paging{Kind: PageNumber, Param: "page", First: 0, SizeParam: "per_page", Size: 100, Records: []string{"data.users"}}, p)
	assert.Equal(t, AnswerRule{Status: []int{500}, Body: "Access token not found", Class: Credentials,
		Hint: "the token dies with the person who made it"}, s.Answers.Rules[0])
	assert.Equal(t, "error", s.Answers.ErrorKey)
	assert.Equal(t, RowShape{Scalar: "tag"}, stream(t, s, "tags").List.Row)
	assert.Nil(t, stream(t, s, "leads").Get)
	assert.Equal(t, record.Custom, stream(t, s, "users").Fields[6].Kind)
}
