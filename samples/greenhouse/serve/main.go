// Command serve runs the invented greenhouse API on this machine, until Ctrl-C.
// It must never listen on another address than loopback.
package main

import (
	"fmt"
	"log"
	"net/http"
	"time"

	"ferry/samples/greenhouse"
)

const address = "127.0.0.1:8766"

func main() {
	fmt.Printf("base_url: http://%s/v1\nexport GREENHOUSE_TOKEN=%s\n", address, greenhouse.Token)
	server := &http.Server{Addr: address, Handler: greenhouse.Handler(), ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(server.ListenAndServe())
}
