# Every target does its own set-up; what is set up already is not done again.
SHELL := /bin/bash
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
.PHONY: help setup build tools proxies containers objects postgres demo serve test test-postgres large twice schema acceptance
.PHONY: conformance pins support check-apps fuzz bench cuts storm soak package try-package lint format

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

node_modules/.installed: package.json package-lock.json $(wildcard packages/*/package.json)
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# folders too: a source that is gone has changed its folder
build/current/stamp: node_modules/.installed $(wildcard scripts/build/*.ts) $(shell find packages/*/src)
	@bin/node scripts/build/build.ts

build: build/current/stamp ## the command ready to start fast; bin/reprise starts it as long as no source has changed since

setup: node_modules/.installed build/current/stamp

tools: ## programs that jobs, examples and tests need (samtools, bcftools, bubblewrap, curl)
	@scripts/install-tools

demo: setup tools ## a real analysis, run and rerun through the API
	@bin/node examples/demo.ts

serve: setup ## start the server on http://127.0.0.1:8080/v2
	@scripts/install-tools bwrap:bubblewrap setpriv:util-linux flock:util-linux
	@bin/reprise serve

test: setup tools ## all tests
	@scripts/install-tools bgzip:tabix || echo 'Tests that need it are skipped.'
	@bin/node scripts/test.ts

# URL=http://host/v2 TOKEN=FIRST,SECOND for a server that is there; DATABASE=postgres for servers with PostgreSQL
acceptance: setup tools ## the habits of real clients, over HTTP; writes docs/api-coverage.md
	@$(if $(filter postgres,$(DATABASE)),[ -d /usr/lib/postgresql ] || scripts/install-tools postgres:postgresql)
	@bin/node acceptance/run.ts $(if $(URL),--url "$(URL)" --token "$(TOKEN)") $(if $(DATABASE),--database $(DATABASE))

postgres: ## PostgreSQL, which tests start for themselves
	@scripts/install-tools pg_ctlcluster:postgresql

# PART=1/2 for a half of them
test-postgres: setup tools postgres ## the tests that need rows, with these in PostgreSQL
	@bin/node scripts/test.ts --database postgres $(if $(PART),--part $(PART)) packages/server/test packages/cli/test/postgres

# DATABASE=postgres as wanted
large: setup tools ## a task of 100,000 files, and what others wait for meanwhile
	@FILES=100000 bin/node scripts/test.ts $(if $(DATABASE),--database $(DATABASE)) packages/server/test/execution/large

# ISOLATION=podman|docker|none, DATABASE=postgres
twice: setup tools ## a corpus of apps, each run and rerun, that must come out the same: ISOLATION=podman
	@ISOLATION=$(ISOLATION) bin/node scripts/test.ts $(if $(DATABASE),--database $(DATABASE)) packages/server/test/rerun/twice.test.ts

schema: setup postgres ## schema.sqlite.sql and schema.postgres.sql anew, out of the migrations
	@bin/node packages/server/tools/schema.ts

proxies: ## proxies that tests put in front of a server (nginx, Caddy)
	@PATH="$$PATH:/usr/sbin" scripts/install-tools nginx:nginx-light caddy

containers: ## container engines, what makes images for tests, and a job's own network (podman, docker, slirp4netns)
	@scripts/install-tools slirp4netns ip:iproute2
	@scripts/install-tools podman runc newuidmap:uidmap dockerd:docker.io busybox:busybox-static mmdebstrap
	@[ -e /usr/lib/podman/netavark ] || scripts/install-tools netavark

objects: ## an S3 gateway for tests (Ceph's)
	@scripts/install-tools radosgw ceph-mon ceph-osd

# VIA=command|process|server  ISOLATION=sandbox|podman|docker|none  ORDER=SEED,SEED  AT_LEAST=N  JOBS=N  MEMOIZE=1  PINS=1
ISOLATION ?= sandbox
conformance: setup tools ## the CWL v1.2 conformance suite; VIA=server, ISOLATION=podman, ORDER=1,2,3 as wanted
	@# looked for where jobs in the sandbox find them
	@PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
	  scripts/install-tools python:python-is-python3 javac:default-jdk-headless || echo 'Tests that need them will fail.'
	@$(if $(filter podman docker,$(ISOLATION)),scripts/with-engine $(ISOLATION)) bin/node conformance/run.ts \
	  --isolation $(ISOLATION) $(if $(VIA),--via $(VIA)) $(if $(ORDER),--order $(ORDER)) $(if $(JOBS),--jobs $(JOBS)) \
	  $(if $(AT_LEAST),--at-least $(AT_LEAST)) $(if $(MEMOIZE),--memoize) \
	  $(if $(PINS),--pins compare)

pins: setup tools ## what results and keys are, anew: after ENGINE or KEY_FORMAT was raised (packages/cwl/src/reuse/parts.ts)
	@bin/node packages/cwl/test/reuse/pinned-keys.ts
	@bin/node conformance/run.ts --via process --isolation sandbox --order 1,2 --pins write

support: setup tools containers ## packages/cwl/SUPPORT.md anew, out of runs of the suite
	@scripts/support

check-apps: setup ## load and plan the apps below a folder: make check-apps APPS=DIR
	@bin/node packages/cwl/tools/check-apps.ts $(if $(APPS),"$(APPS)")

fuzz: setup tools ## calls made by chance from the API's own description: REQUESTS=10000 SEED=1, URL= TOKEN= of a server
	@REQUESTS=$(REQUESTS) SEED=$(SEED) URL=$(URL) TOKEN=$(TOKEN) bin/node acceptance/fuzz/run.ts

# DATABASE=postgres  PART=k/n (a share of the cuts)  SCENES=run,fail  ACTION=throw  MINUTES=5 (no more are begun then)  ORDER=N
cuts: setup tools ## a small world that is killed at each point and started again: PART=1/3 DATABASE=postgres
	@$(if $(filter postgres,$(DATABASE)),scripts/install-tools pg_ctlcluster:postgresql)
	@bin/node scripts/build/run-built.ts packages/server/test/cuts/run.ts packages/server/test/cuts/program.ts $(if $(DATABASE),--database $(DATABASE)) $(if $(PART),--part $(PART)) \
	  $(if $(SCENES),--scenes $(SCENES)) $(if $(ACTION),--action $(ACTION)) \
	  $(if $(MINUTES),--minutes $(MINUTES)) $(if $(ORDER),--order $(ORDER))

# KILLS=N (in the record altogether; MORE=1: in this call)  DATABASE=postgres  RECORD=FOLDER  SEED=N (one round again)
# TROUBLE=none|disk|slow|clock (that one in each round)  REUSE=1 (tasks that take results of each other in each)
storm: setup tools ## servers, workers, jobs and databases that are killed at random moments: KILLS=50
	@$(if $(filter postgres,$(DATABASE)),scripts/install-tools pg_ctlcluster:postgresql)
	@bin/node scripts/build/run-built.ts packages/server/test/storm/run.ts packages/server/test/storm/clock.ts \
	  packages/server/test/cuts/program.ts $(if $(KILLS),--kills $(KILLS)) $(if $(MORE),--more) $(if $(REUSE),--reuse) $(if $(TROUBLE),--trouble $(TROUBLE)) $(if $(DATABASE),--database $(DATABASE)) \
	  $(if $(RECORD),--record $(RECORD)) $(if $(SEED),--seed $(SEED))

bench: setup tools ## what is measured, and against what
	@bin/node bench/run.ts

soak: setup tools ## a server that does everything for a while and must end as it was after 3 minutes: MINUTES=30
	@bin/node bench/soak/soak.ts $(MINUTES)

package: setup ## one file that `npm install -g FILE` puts anywhere, in dist/
	@rm -f dist/*.tgz
	@bin/node scripts/package/package.ts

try-package: setup tools ## the package, installed and tried where nothing else is: IMAGE=1 builds the image too
	@IMAGE=$(IMAGE) scripts/package/try

lint: setup ## format, rules, types, arrows, words
	@bin/node scripts/check-calls.ts
	@bin/node scripts/check-house.ts
	biome check .
	tsc --noEmit

format: setup ## mend format and simple rules
	biome check --write .
