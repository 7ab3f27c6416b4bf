# fleetpay: everything a developer or a first visitor runs. `make` lists it.

GO       ?= go
BIN      := bin/fleetpay
DEMO     ?= demo-workspace
FUZZTIME ?= 10s
LINTER   := bin/golangci-lint
LINTER_VERSION := v2.15.0

# Months of the demo, each with the instant at which it is closed: the fifth of
# the next month, 09:00 UTC, so that due dates fit the story and every run of
# the demo gives the same bytes.
DEMO_CLOSES := 2026-04:1777971600 2026-05:1780650000 2026-06:1783242000 \
               2026-07:1785920400 2026-08:1788598800 2026-09:1791190800

# August is paid: given out the day after it is closed, and the chain is read on
# the day after that. The months are told as of the last close.
DEMO_GIVEN   := 1788685200
DEMO_SETTLED := 1788771600
DEMO_TOLD    := 1791190800

.DEFAULT_GOAL := help
.PHONY: help build demo test lint linter bench fuzz golden clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

build: ## build bin/fleetpay (needs Go and a C compiler)
	@command -v $(GO) >/dev/null || { echo "make: Go is not installed; get it from https://go.dev/dl" >&2; exit 1; }
	@command -v $$($(GO) env CC) >/dev/null || { echo "make: no C compiler; DuckDB needs one (Debian: apt install gcc g++)" >&2; exit 1; }
	CGO_ENABLED=1 $(GO) build -trimpath -buildvcs=false -o $(BIN) .

demo: build ## write a demo workspace, close its six months, pay one, say what to open
	@if [ -e "$(DEMO)" ]; then \
	  grep -qx 'program: Demo Fleet' "$(DEMO)/fleetpay.yaml" 2>/dev/null || \
	    { echo "make: $(DEMO) is no demo workspace; move it away, or name another: make demo DEMO=dir" >&2; exit 1; }; \
	  rm -rf "$(DEMO)"; \
	fi
	$(BIN) demo "$(DEMO)"
	@set -e; for close in $(DEMO_CLOSES); do \
	  echo; echo "$(BIN) close $${close%%:*} -w $(DEMO)"; \
	  SOURCE_DATE_EPOCH=$${close##*:} $(BIN) close "$${close%%:*}" -w "$(DEMO)" --by demo; \
	done
	@set -e; export SOURCE_DATE_EPOCH=$(DEMO_GIVEN); \
	step() { echo; echo "$(BIN) $$* -w $(DEMO)"; $(BIN) "$$@" -w "$(DEMO)"; }; \
	step payments check 2026-08; \
	step approve 2026-08 --as amira@demo-fleet.example --key "$(DEMO)/keys/amira"; \
	step approve 2026-08 --as bo@demo-fleet.example --key "$(DEMO)/keys/bo"; \
	step payments export 2026-08 --by chidi; \
	SOURCE_DATE_EPOCH=$(DEMO_SETTLED); \
	step settle 2026-08 --transfers "$(DEMO)/explorer/usdc-2026-08.csv" --through 2026-09-06T12:00:00Z --by chidi; \
	step payments status 2026-08; \
	SOURCE_DATE_EPOCH=$(DEMO_TOLD); \
	step status
	@echo; echo "Open first:"
	@echo "  $(DEMO)/README.md                                        the story, month by month"
	@echo "  $(DEMO)/closes/2026-09/payouts.xlsx                      what finance pays"
	@echo "  $(DEMO)/closes/2026-09/statements/operator-ember.pdf     what was earned, what was not, and why"
	@echo "  $(DEMO)/closes/2026-09/statements/partner-harbour.pdf    a partner's monthly report"
	@echo "  $(DEMO)/closes/2026-09/reports/partner-harbour.md        the same report as text"
	@echo "  $(DEMO)/closes/2026-08/exceptions.csv                    what people should look at"
	@echo "  $(DEMO)/closes/2026-09/payments/usdc.json                the payment manifest"
	@echo "  $(DEMO)/closes/2026-08.exports/001/                      batches for the Safe, and who approved them"
	@echo "  $(DEMO)/closes/2026-08.settlement/001/report.md          computed = manifest = chain"
	@echo "Then recompute a month from its own folder, byte for byte:"
	@echo "  $(BIN) rerun $(DEMO)/closes/2026-09"
	@echo "And see what would close the months to come by itself:"
	@echo "  $(BIN) schedule show --as cron -w $(DEMO)"

test: ## run all tests
	$(GO) test ./...

lint: linter ## check formatting, vet, and the linters of .golangci.yml
	@files=$$(gofmt -l .); [ -z "$$files" ] || { echo "not formatted: $$files; run gofmt -w" >&2; exit 1; }
	$(GO) vet ./...
	$(LINTER) run ./...

# The linter is built here, at one version, so that everyone gets the same words.
linter:
	@$(LINTER) version 2>/dev/null | grep -q " $(LINTER_VERSION:v%=%) " || \
	  GOBIN=$(CURDIR)/bin $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINTER_VERSION)

bench: build ## measure: close against plain SQL, operators and statements a second
	$(GO) run ./pipeline/bench -fleetpay $(BIN)

fuzz: ## run each fuzz target for FUZZTIME (10s)
	@set -e; grep -rlE '^func Fuzz' --include='*_test.go' . | xargs -r -n1 dirname | sort -u | while read -r dir; do \
	  for target in $$(grep -hoE '^func Fuzz[A-Za-z0-9_]+' $$dir/*_test.go | cut -c6- | sort); do \
	    echo "$$dir $$target"; \
	    $(GO) test $$dir -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME); \
	  done; \
	done

golden: ## write the expected files of tests anew; read the difference before you commit it
	$(GO) test $$(grep -rl --include='*_test.go' 'flag.Bool("update"' . | xargs -r -n1 dirname | sort -u) -update

clean: ## remove what was built, and the demo workspace
	rm -rf bin
	@if grep -qx 'program: Demo Fleet' "$(DEMO)/fleetpay.yaml" 2>/dev/null; then rm -rf "$(DEMO)"; fi
