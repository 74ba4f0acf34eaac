# Everything one does here. On a bare machine each target first makes the
# environment it needs, from a lock whose hashes plain pip checks.

PYTHON ?= python3
ARGS ?=

BIN := .venv/bin
PY := $(BIN)/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes
TEMPLATES = git ls-files --cached --others --exclude-standard '*.html'

.PHONY: run worker env test check fix html bench messages lock clean

run: .venv/run.stamp  ## site, admin and worker on this machine; PORT=8123 make run
	@$(PY) manage.py run

worker: .venv/run.stamp  ## another worker beside a running site
	@$(PY) manage.py run_worker

env: .env  ## what docker compose needs to know, made once

test: .venv/dev.stamp  ## the whole suite; make test ARGS="-k waiting"
	@$(PY) -m tests $(ARGS)

html: .venv/dev.stamp  ## every public page by the Nu checker: make html VNU_JAR=…/vnu.jar
	@test -f "$(VNU_JAR)" || { echo "VNU_JAR names no jar: npm install vnu-jar brings one."; exit 1; }
	@VNU_JAR="$(abspath $(VNU_JAR))" $(PY) -m pytest -q -p no:randomly tests/html_checker.py $(ARGS)

bench: .venv/dev.stamp  ## every figure of the design's table
	@$(PY) -m benchmarks $(ARGS)

check: .venv/dev.stamp  ## all that can be judged without running the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(TEMPLATES) | xargs -r $(BIN)/djade --check
	$(TEMPLATES) | xargs -r $(BIN)/djlint --lint --quiet
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py catalogues --check
	@$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING

fix: .venv/dev.stamp  ## what the tools can put right by themselves
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(TEMPLATES) | xargs -r $(BIN)/djade

messages: .venv/dev.stamp  ## collect the texts to translate, compile what is translated
	$(PY) manage.py catalogues

UV_COMPILE = $(BIN)/uv pip compile pyproject.toml --quiet --universal \
	--python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-strip-extras

lock: .venv/dev.stamp  ## both locks anew; make lock ARGS=--upgrade
	$(UV_COMPILE) $(ARGS) --output-file requirements/run.txt
	$(UV_COMPILE) $(ARGS) --constraint requirements/run.txt --group dev \
		--output-file requirements/dev.txt

clean:  ## the environment and what the tools keep; not var/, where the data is
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	rm -f .coverage .coverage.*

# Settings as on a server, with a key made on the spot.
PRODUCTION = ENV_FILE=/dev/null SITE_URL=https://conversation.example.org \
	SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))') \
	DATABASE_URL=sqlite:////tmp/never-opened.db BEHIND_TLS_PROXY=on \
	EMAIL_URL=smtp+tls://mail.example.org:587 MAIL_FROM=conversation@example.org

.env: | .env.example
	@umask 077; secret() { head -c 48 /dev/urandom | base64 | tr '+/' '-_'; }; \
	sed -e "s|^SECRET_KEY=.*|SECRET_KEY=$$(secret)|" \
		-e "s|^POSTGRES_PASSWORD=.*|POSTGRES_PASSWORD=$$(secret)|" \
		.env.example > $@
	@echo "Written: .env. Set SITE_URL in it before others are to reach the site."

.venv/made.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Python 3.11 or later is missing: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "Python's venv module is missing: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/run.stamp: .venv/made.stamp requirements/run.txt
	@$(PIP) -r requirements/run.txt
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements/dev.txt
	@$(PIP) -r requirements/dev.txt
	@touch $@
