# Ferry: `make` lists what there is to do.

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
SYSTEMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64
# One system of each kind is vetted and built in every test run; release builds all.
CHECKED := linux/amd64 darwin/arm64 windows/amd64

.DEFAULT_GOAL := help

.PHONY: help setup build demo test check race bench bench-tools release clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## fetch the modules that go.mod names
	$(GO) mod download

build: ## build bin/ferry without cgo
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "$(LDFLAGS)" -o bin/ferry ./cmd/ferry

demo: build ## the main job: extract a simulated Synchroteam, prove it complete, publish Parquet, Excel and CSV
	./bin/ferry demo

test: check race ## the whole gate: format, vet, cross-compile, every test with the race detector

race: ## every test with the race detector, and all drifting vendors and windows without
	$(GO) test -race -timeout 25m ./...
	$(GO) test -run 'Drift|Inserts|Allowance|ThreeHundredPages' ./extract

check: ## format; vet and build for Linux, macOS and Windows
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$unformatted" ]; then echo "not gofmt'ed: $$unformatted"; exit 1; fi
	@for s in $(CHECKED); do echo "vet and build $$s"; export CGO_ENABLED=0 GOOS=$${s%/*} GOARCH=$${s#*/}; \
		$(GO) vet ./... && $(GO) build -o /dev/null ./cmd/ferry || exit 1; done

bench: ## measure every figure that is claimed, against its yardstick; fails where one is missed
	$(GO) run ./cmd/bench

bench-tools: ## build the yardstick DuckDB (cgo, a module of its own) into .bench
	cd cmd/bench/duckdb && CGO_ENABLED=1 GOFLAGS=-mod=mod $(GO) build -o ../../../.bench/duckdb .

release: ## dist/ferry_SYSTEM_ARCH for Linux, macOS and Windows, without cgo
	@mkdir -p dist
	@for s in $(SYSTEMS); do os=$${s%/*}; arch=$${s#*/}; ext=; [ $$os = windows ] && ext=.exe; \
		echo "dist/ferry_$${os}_$$arch$$ext"; \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch $(GO) build -trimpath -ldflags "$(LDFLAGS)" -o dist/ferry_$${os}_$$arch$$ext ./cmd/ferry || exit 1; done

clean: ## remove what was built
	rm -rf bin dist
