# Everything a person does with this project. `make help` lists it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# A docker with buildx is kept in the cache where the machine has none.
CACHE := $(or $(RUNNER_CACHE_DIR),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/build-pattern-runner)
export PATH := $(CURDIR)/node_modules/.bin:$(CACHE)/bin:$(PATH)

SPEC ?= fixtures/single/c-project/spec.yaml
BENCH ?=
N ?= 200
MINUTES ?= 60
# The address of a Docker daemon: the one that answers already, or the project's own.
DAEMON = export DOCKER_HOST=$$(fixtures/engine/up)

.PHONY: help setup engine images build run test unit verify bench chaos soak format engine-down clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: node_modules/.installed ## Install the packages, with a Node of the project's own

node_modules/.installed: package.json package-lock.json
	@echo 'installing packages (about 30 s)' >&2
	npm ci --no-fund --no-audit --loglevel=error
	@touch $@

engine: ## Find a Docker daemon, or start the project's own (first time: about a minute)
	@fixtures/engine/up

images: ## Have the base images: found, pulled or made (first time: about a minute)
	@$(DAEMON); fixtures/images/make

build: setup ## Bundle the command line into dist/
	@node scripts/build.ts

run: build ## Set everything up and run a job: make run SPEC=path/to/spec.yaml
	@$(DAEMON); fixtures/images/make; ./runner exec $(SPEC)

test: build ## Run every test on a real daemon, with all images (first time: about half an hour)
	@$(DAEMON); fixtures/images/make all; node scripts/test.ts

unit: setup ## Run the tests that need nothing but Node
	@node scripts/test.ts --project unit

verify: setup ## Run every check and report at the end
	@scripts/verify

bench: build ## Measure, in pairs: make bench BENCH=name
	@$(DAEMON); fixtures/images/make all; node test/bench/main.ts $(BENCH)

chaos: build ## Kill runs at random instants and count what is left: make chaos N=200 [CHAOS_JOBS=kind,serial]
	@$(DAEMON); fixtures/images/make all; rm -f out/chaos.jsonl
	@$(DAEMON); CHAOS_TRIALS=$(N) node scripts/test.ts --project chaos; status=$$?; node test/chaos/publish.ts; exit $$status

soak: build ## Run mixed jobs for long and report what grows: make soak MINUTES=60
	@$(DAEMON); fixtures/images/make busybox; SOAK_MINUTES=$(MINUTES) node test/chaos/soak.ts

format: setup ## Format and mend what the linter can mend
	@biome check --write .

engine-down: ## Stop the project's own engine
	@fixtures/engine/down

clean: ## Remove what was built
	rm -rf dist out coverage
