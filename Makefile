# Everything one does with the project; `make help` lists it.
.DEFAULT_GOAL := help
.PHONY: help setup run test check bench campaign lock docs messages env-run env-test env-dev
PYTHON := .venv/bin/python
export PYTHONUTF8 := 1

help: ## list what can be done
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/' | expand -t 18

env-run env-test env-dev: env-%:
	@scripts/env.sh $*

setup: env-run ## prepare environment, data folder, database, catalog and demo data
	@$(PYTHON) scripts/setup.py

run: setup ## set up, start web server and worker, print the address (PORT, DEMO=0)
	@exec $(PYTHON) scripts/serve.py

test: env-test ## run every test, on SQLite and on PostgreSQL (PARTS: some stages)
	@$(PYTHON) scripts/test.py $(PARTS)

check: env-dev ## lint, types, import contracts, templates, system checks, migrations
	@$(PYTHON) scripts/check.py

bench: env-test ## measure the engine on a throw-away PostgreSQL
	@$(PYTHON) -m benchmarks

campaign: env-test ## run the random commands many times as long (TIMES, 20 unless given)
	@HELPDESK_CAMPAIGN=$(or $(TIMES),20) $(PYTHON) scripts/test.py campaign

lock: env-dev ## compile the hashed locks from pyproject.toml
	@scripts/lock.sh

docs: env-run ## write the generated pages of docs/ from the code
	@$(PYTHON) scripts/generate_docs.py

messages: env-run ## extract texts for translation and compile what is translated
	@$(PYTHON) scripts/messages.py extract compile
