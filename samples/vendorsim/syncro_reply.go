package vendorsim

import (
	"net/http"
	"strings"
)

// syncroJSON is a JSON answer.
func syncroJSON(status int, v any) reply {
	return reply{status: status, body: appendJSON(make([]byte, 0, 1024), v)}
}

// syncroPage is one of the web pages that the vendor's web server answers outside the API.
func syncroPage(status int, title string) reply {
	return reply{
		status: status, header: htmlHeader(),
		body: []byte("<!DOCTYPE html>\n<html>\n<head><title>" + title + "</title></head>\n<body><h1>" + title + "</h1></body>\n</html>\n"),
	}
}

// refuse words what the gate answers itself. The body of a 429 and of a bad token are in no document; of a permission
// that is missing the file has a sample.
func (s *Syncro) refuse(status int, message string) reply {
	switch {
	case status == http.StatusOK, status == http.StatusForbidden, status == http.StatusConflict, status == http.StatusPreconditionFailed,
		status == http.StatusBadRequest:
		return syncroJSON(status, object{{"error", message}})
	case status == http.StatusUnauthorized:
		return syncroJSON(status, object{{"error", "Not authorized"}})
	case status == http.StatusTooManyRequests && s.o.RateJSON:
		return syncroJSON(status, object{{"error", "Too many requests"}})
	case status == http.StatusTooManyRequests:
		return reply{status: status, header: http.Header{"Content-Type": {"text/plain"}}, body: []byte("Retry later\n")}
	case status == http.StatusServiceUnavailable:
		return syncroPage(status, "Down for maintenance (503)")
	}
	return syncroPage(status, "We're sorry, but something went wrong (500)")
}

// notFound is the 404 of contacts and tickets; nothing is said about the body of other resources, which have none.
func notFound(c *call) reply {
	if strings.HasPrefix(c.path, "contacts") || strings.HasPrefix(c.path, "tickets") {
		return syncroJSON(http.StatusNotFound, object{{"message", "Not found"}})
	}
	return reply{status: http.StatusNotFound}
}

// refusalShape is one of the shapes in which a resource says what is wrong with a write.
type refusalShape func(messages []string, sent map[string]any, r *record) reply

// withParams: customers, leads, assets, phones on creation, leads and phones on update too.
func withParams(messages []string, sent map[string]any, _ *record) reply {
	return syncroJSON(http.StatusUnprocessableEntity, object{
		{"success", false}, {"message", messages}, {"params", jsonValue(sent)},
	})
}

// withoutParams: updates of customers, tickets and assets, and comments.
func withoutParams(messages []string, _ map[string]any, _ *record) reply {
	return syncroJSON(http.StatusUnprocessableEntity, object{{"success", false}, {"message", messages}})
}

// oneError: the creation of a ticket.
func oneError(messages []string, _ map[string]any, _ *record) reply {
	return syncroJSON(http.StatusUnprocessableEntity, object{{"error", strings.Join(messages, ", ")}})
}

// oneErrors: a ticket's line items.
func oneErrors(messages []string, sent map[string]any, _ *record) reply {
	return syncroJSON(http.StatusUnprocessableEntity, object{{"errors", strings.Join(messages, ", ")}, {"params", jsonValue(sent)}})
}
