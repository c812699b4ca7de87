package load_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
)

// targetSpec is the spec of the scripted target. Customers, sites, jobs and lines
// carry a reference that the target finds records by; people carry none, and
// nothing finds them.
const targetSpec = `
vendor: bench
title: Bench
about: A target that does as its script says.
settings:
  token: {about: the key, env: BENCH_TOKEN, required: true, secret: true}
base_url: https://bench.test/api
link: https://bench.test
auth: {bearer: "{token}"}
budget: {per: key, rate: 1000000/min}
errors:
  messages: [message, errors, error]
  rules:
    - {status: 429, header: X-Quota-Left, equals: "0", class: quota}
    - {status: 429, class: rate}
paging:
  pages: {kind: page, param: page, first: 1, size_param: per_page, size: 50, records: data, total: total, page: page}
effects:
  mail: a customer gets a welcome mail
streams:
  customers:
    label: Customers
    link: "https://bench.test/customers/{key}"
    key: id
    list: {path: customers, paging: pages}
    get: {path: "customers/{key}"}
    order: {query: {sort: id}, shown_by: id}
    find:
      - {by: ref, path: customers, query: {ref: "{ref}"}, records: data}
      - {by: email, path: customers, query: {email: "{email}"}, records: data}
    fields:
      id: {type: integer, read_only: true}
      name: string
      email: {type: string, folds: [case]}
      phone: string
      notes: string
      ref: string
      tags: list of string
      amount: decimal
      since: {type: datetime, layouts: ["2006-01-02 15:04:05"]}
      parent_id: integer
    writes:
      fields:
        welcome: boolean
      required: [name]
      reference: ref
      settle: 10s
      updates: partial
      create: {path: customers, answer: ., effects: {mail: {when: welcome, mute: {welcome: false}}}, poll: {path: "queue/{job}", job: job, when: 202, done: {path: state, equals: done}, failed: {path: state, equals: failed}, answer: record, every: 2s, within: 1m, messages: error}, refused: [{path: oops, why: it said oops}]}
      update: {path: "customers/{key}", method: PUT, answer: .}
      delete: {path: "customers/{key}"}
  people:
    label: People
    key: id
    list: {path: people, paging: pages}
    get: {path: "people/{key}"}
    order: {query: {sort: id}, shown_by: id}
    fields:
      id: {type: integer, read_only: true}
      name: string
      note: string
    writes:
      required: [name]
      reference: none
      settle: 10s
      updates: partial
      create: {path: people, answer: .}
      update: {path: "people/{key}", method: PUT, answer: .}
      delete: {path: "people/{key}"}
  sites:
    label: Sites
    key: id
    list: {path: sites, paging: pages}
    get: {path: "sites/{key}"}
    order: {query: {sort: id}, shown_by: id}
    find:
      - {by: ref, path: sites, query: {ref: "{ref}"}, records: data}
    fields:
      id: {type: integer, read_only: true}
      customer_id: integer
      name: string
      ref: string
    writes:
      required: [name, customer_id]
      reference: ref
      settle: 10s
      updates: partial
      create: {path: sites, answer: .}
      update: {path: "sites/{key}", method: PUT, answer: .}
      delete: {path: "sites/{key}"}
  jobs:
    label: Jobs
    key: id
    list: {path: jobs, paging: pages}
    get: {path: "jobs/{key}"}
    order: {query: {sort: id}, shown_by: id}
    find:
      - {by: ref, path: jobs, query: {ref: "{ref}"}, records: data}
    fields:
      id: {type: integer, read_only: true}
      customer_id: integer
      title: string
      ref: string
      status: {type: string, enum: [new, scheduled, done], read_only: true}
    writes:
      required: [title, customer_id]
      reference: ref
      settle: 10s
      updates: partial
      create: {path: jobs, answer: .}
      update: {path: "jobs/{key}", method: PUT, answer: .}
      delete: {path: "jobs/{key}"}
      new: {status: new}
      actions:
        schedule: {path: "jobs/{key}/schedule", answer: ., field: status, from: [new], to: scheduled}
        complete: {path: "jobs/{key}/complete", answer: ., field: status, from: [scheduled], to: done, final: no call opens it again}
  lines:
    label: Lines
    key: id
    list: {path: lines, paging: pages}
    get: {path: "lines/{key}"}
    order: {query: {sort: id}, shown_by: id}
    find:
      - {by: ref, path: lines, query: {ref: "{ref}"}, records: data}
    fields:
      id: {type: integer, read_only: true}
      job_id: integer
      text: string
      ref: string
    writes:
      required: [text]
      reference: ref
      settle: 10s
      updates: partial
      create:
        path: lines/batch
        batch: {key: lines, max: 8, by: ref, at: ref, results: results, failed: error, record: record, message: error}
      update: {path: "lines/{key}", method: PUT, answer: .}
      delete: {path: "lines/{key}"}
`

// loadTargetSpec reads the spec; edits are pairs of texts, old and new.
func loadTargetSpec(t testing.TB, edits ...string) *connector.Spec {
	t.Helper()
	text := strings.NewReplacer(edits...).Replace(targetSpec)
	spec, err := connector.Parse("bench.yaml", []byte(text))
	require.NoError(t, err)
	return spec
}
