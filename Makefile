# make         sets up what is missing and builds every handout into output/
# make test    sets up what is missing and runs lint, type checks and tests
.PHONY: crash reproduce fuzz audit bench bench-growth all test test-long check looks sample compare lock bom release clean
PYTHON = .venv/bin/python

all: .venv/ready
	$(PYTHON) build.py

# make test TESTS="not short" runs the long ones too, in one run: what several need (whole builds) is made once.
TESTS = not long
test: .venv/ready-dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(PYTHON) -m pytest -m "$(TESTS)"

# The long tests: kills, fuzzing, a browser, every handout in every reader; some twelve minutes on two cores.
test-long: .venv/ready-dev
	$(PYTHON) -m pytest -m long

check: .venv/ready
	$(PYTHON) build.py check

# Renews the reference pictures of the pages; look at them before you commit them.
looks: .venv/ready-dev
	$(PYTHON) -m pytest tests/render/test_looks.py -n 0 --update-golden

# Renews the page pictures in the README from the real handouts.
sample: all
	mkdir -p docs/images
	pdftoppm -r 60 -gray -png -f 1 -l 2 output/pdf/smart.zh-km.pdf docs/images/smart.zh-km

# Writes the README's table on the text layer anew; needs Chromium, Node with pdf.js, and the group bench.
compare: .venv/ready-dev
	$(PYTHON) benchmarks/compare.py

.venv/ready: requirements.txt scripts/setup
	sh scripts/setup requirements.txt
	touch $@

.venv/ready-dev: requirements-dev.txt .venv/ready
	sh scripts/setup requirements-dev.txt
	touch $@

# Writes the locks anew from pyproject.toml: hashes, no addresses. Versions stay, unless one is named to be upgraded:
# make lock UPGRADE="--upgrade-package weasyprint"
lock: .venv/ready-dev
	.venv/bin/python -m pip install --quiet uv
	.venv/bin/uv pip compile --quiet $(UPGRADE) --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" pyproject.toml --output-file requirements.txt
	.venv/bin/uv pip compile --quiet $(UPGRADE) --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" pyproject.toml --group dev --group bench --extra dask --constraint requirements.txt --output-file requirements-dev.txt

# Writes the bill of materials (CycloneDX): the libraries of the lock, installed alone, with versions and licences.
# It needs a network, as the set-up does; builds need none.
bom: .venv/ready-dev
	$(PYTHON) -m venv --clear --without-pip .cache/bom
	$(PYTHON) -m pip --python .cache/bom install --quiet --require-hashes --only-binary :all: -r requirements.txt || { \
		echo "bom: the libraries of requirements.txt were not installed; is there a network? This step needs one" >&2; exit 3; }
	mkdir -p dist
	.venv/bin/cyclonedx-py environment --output-reproducible --pyproject pyproject.toml -o dist/sbom.cdx.json .cache/bom

# Makes the files of a release in dist/ from the last commit; docs/releasing.md says what must be done before.
# make release TAG=v0.2.0 refuses a tag that is not the version's.
release: .venv/ready-dev
	$(PYTHON) build.py release --check --tag "$${TAG-}"
	$(MAKE) bom
	$(PYTHON) build.py release

# Long checks: kills, differing surroundings, fuzzing for MINUTES, known holes in libraries, speed.
# bench takes ten minutes at most on two cores, bench-growth twenty.
MINUTES = 30
crash: .venv/ready-dev
	$(PYTHON) tests/crash.py 200
reproduce: .venv/ready-dev
	$(PYTHON) tests/reproduce.py
fuzz: .venv/ready-dev
	$(PYTHON) tests/fuzz.py $(MINUTES)
audit: .venv/ready
	$(PYTHON) -m venv .venv/audit
	.venv/audit/bin/python -m pip install --quiet pip-audit==2.10.1
	.venv/audit/bin/pip-audit --disable-pip --require-hashes --strict -r requirements.txt
bench: .venv/ready-dev
	$(PYTHON) benchmarks/speed.py
bench-growth: .venv/ready-dev
	$(PYTHON) benchmarks/growth.py

clean:
	rm -rf .venv .cache dist output/*
