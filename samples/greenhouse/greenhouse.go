// Package greenhouse is a small invented API, to show how a connector spec for a
// vendor of one's own is written: greenhouse.yaml describes it, job.yaml reads it,
// greenhouse-to-syncro.yaml maps it. It must never import another package of this
// module: a vendor knows nothing of Ferry.
package greenhouse

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Token is the key that the API accepts.
const Token = "fern-token-for-tests"

const (
	gardeners = 120
	orders    = 340
)

// Handler serves GET /v1/gardeners, /v1/gardeners/{id} and /v1/orders: pages of
// up to 50 with a count, a bearer token and a shop in X-Shop.
func Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/gardeners", list(gardeners, gardener))
	mux.HandleFunc("GET /v1/orders", list(orders, order))
	mux.HandleFunc("GET /v1/gardeners/{id}", func(w http.ResponseWriter, r *http.Request) {
		id, err := strconv.Atoi(r.PathValue("id"))
		if err != nil || id < 1 || id > gardeners {
			answer(w, http.StatusNotFound, failed("no such gardener"))
			return
		}
		answer(w, http.StatusOK, gardener(id))
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+Token || r.Header.Get("X-Shop") == "" {
			answer(w, http.StatusUnauthorized, failed("who are you?"))
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func list(count int, item func(id int) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		page, err := strconv.Atoi(r.URL.Query().Get("page"))
		size, wrong := strconv.Atoi(r.URL.Query().Get("per_page"))
		if err != nil || wrong != nil || page < 1 || size < 1 || size > 50 {
			answer(w, http.StatusBadRequest, failed("page counts from 1, per_page is at most 50"))
			return
		}
		items := []any{}
		for id := (page-1)*size + 1; id <= min(page*size, count); id++ {
			items = append(items, item(id))
		}
		answer(w, http.StatusOK, map[string]any{"count": count, "items": items})
	}
}

func gardener(id int) any {
	return map[string]any{
		"id": id, "name": fmt.Sprintf(" Gardener %d ", id), "mail": fmt.Sprintf("Gardener%d@Example.COM", id),
		"phone": fmt.Sprintf("(719) 388-%04d", 1000+id), "joined": time.Date(2020, 1, id, 0, 0, 0, 0, time.UTC).Format("02/01/2006"),
	}
}

func order(id int) any {
	return map[string]any{
		"id": id, "gardener_id": 1 + id%gardeners, "plant": []string{"fern", "moss", "orchid"}[id%3],
		"price": fmt.Sprintf("%d.%02d", 5+id%40, id%100), "placed_at": time.Date(2025, 3, 1, 0, id, 0, 0, time.UTC).Format(time.RFC3339),
	}
}

func failed(text string) any { return map[string]any{"error": map[string]string{"text": text}} }

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		panic(http.ErrAbortHandler)
	}
}
