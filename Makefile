# make help lists what is here. FUZZTIME=5m make fuzz fuzzes for longer.
FUZZTIME ?= 10s

.DEFAULT_GOAL := help
.PHONY: help run test race simulate bench fuzz lint vuln fmt build docs e2e ci clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "%-8s %s\n", $$1, $$2}' Makefile

run: ## the bot with nothing configured: http://127.0.0.1:8080
	go run .

test: ## all tests
	go test ./...

race: ## all tests with the race detector (needs gcc)
	go test -race ./...

simulate: ## 90 days of a help desk with 5,000 tickets, three processes and outages
	go test -run '^TestSimulation$$' -count=1 -v -timeout 60m ./flows -simulate-tickets 5000 -simulate-days 90

bench: ## the performance figures
	go test -run '^$$' -bench . -benchmem ./...

fuzz: ## every fuzz target, FUZZTIME each
	@set -e; for package in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "== $$package $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; \
		done; \
	done

lint: ## vet and golangci-lint, as CI runs them
	go vet ./...
	bash .ci/lint

vuln: ## known vulnerabilities in what the binary calls (needs vuln.go.dev)
	@go run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./... || \
		{ echo 'govulncheck found something, or could not reach vuln.go.dev: see above'; exit 1; }

fmt: ## formats the code
	gofmt -w .

build: ## the static binary, ./helptic
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o helptic .

docs: ## draws again what docs/ generates from the code
	go test ./ticket -update

e2e: ## the whole run in a browser (needs chromium), nothing skipped
	HELPTIC_FORBID_SKIP=1 go test -count=1 -v -run 'EndToEnd|Page' ./...

ci: ## all that CI checks
	bash .ci/run

clean: ## removes what was built; the data folder stays
	rm -f helptic
	go clean -testcache
