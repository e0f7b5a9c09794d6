"""Whatever stands in the content's files, reading them ends in problems or in content that can be rendered."""

import importlib.util
import json
import os
import resource
import shutil
import subprocess
import sys
import time

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handout.base.paths import FONTS, ROOT, TEMPLATES
from handout.plan.handouts import plan_handouts
from handout.render.page import HandoutPage, make_environment, render_handout
from handout.validate.inspect import inspect_content

SECONDS, MEGABYTES = 20, 400  # for one content
MEMORY_UNIT = 1 if sys.platform == "darwin" else 1 << 10  # bytes, of ru_maxrss
CONTENT = ROOT / "tests" / "content"
NAMES = sorted(path.relative_to(CONTENT).as_posix() for path in CONTENT.rglob("*.yaml"))
bounded = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "30")),
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SIGNS = "{}[]*&!|>%#:-?,'\"\\<>\n\t 0a\u1780\u17d2\u17b6\u6ce8\u202e\u200b\x00\ufeff"
WORDS = """|null|~|{{ operator.name }}|{{ regulator.free_code }}|{{ x|**|**a**|{page}|{|<b>|012 345 678|*097#|3 days|
https://example.com|unknown|../x|alpha|2026-11|99999999999999999999999999999999999""".replace("\n", "").split("|")
KEYS = ["zh", "en", "km", "id", "text", "value", "source", "unknown", "x"]
words = st.one_of(st.sampled_from(WORDS), st.text(max_size=30), st.text(alphabet=SIGNS, max_size=30))
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), words),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    ),
    max_leaves=6,
)


@pytest.fixture
def copy(tmp_path):
    """A copy of the tests' own content that examples may change, one after the other."""
    shutil.copytree(CONTENT, tmp_path / "content")
    return tmp_path / "content"


def read_all(folder):
    """Read a content within the bounds; every problem has words, and content without errors can be rendered."""
    start, most = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    inspection = inspect_content(folder, FONTS)
    assert time.monotonic() - start < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - most < (MEGABYTES << 20) // MEMORY_UNIT
    for problem in inspection.problems:
        assert problem.message
        assert problem.code
        assert problem.severity == "warning" or inspection.content is None
    assert inspection.content is not None or inspection.problems
    if inspection.content is not None:
        handout = plan_handouts(inspection.content, editions=["standard"])[0]
        render_handout(make_environment(TEMPLATES), HandoutPage(inspection.content, handout))
    return inspection


def read_changed(folder, name, data):
    """Read the whole content with one file changed."""
    before = (folder / name).read_bytes()
    (folder / name).write_bytes(data)
    try:
        read_all(folder)
    finally:
        (folder / name).write_bytes(before)


def read_alone(folder, name, data):
    """Read a content that has this file only, which is faster."""
    alone = folder.parent / "alone"
    shutil.rmtree(alone, ignore_errors=True)
    (alone / name).parent.mkdir(parents=True)
    (alone / name).write_bytes(data)
    return read_all(alone)


def list_places(value, place=()):
    """Return the paths of everything in plain data."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(deeper for key, child in children for deeper in list_places(child, (*place, key)))]


@bounded
@given(
    name=st.sampled_from(NAMES), data=st.one_of(st.binary(max_size=400), st.text(SIGNS, max_size=200).map(str.encode))
)
def test_any_bytes(copy, name, data):
    """A file of any bytes, by itself."""
    read_alone(copy, name, data)


@bounded
@given(
    name=st.sampled_from(NAMES),
    at=st.integers(0, 10**6),
    gone=st.integers(0, 40),
    put=st.one_of(words, st.binary(max_size=8)),
)
def test_any_edit(copy, name, at, gone, put):
    """A file with some characters taken out and others put in, anywhere."""
    data = (copy / name).read_bytes()
    at %= len(data)
    put = put if isinstance(put, bytes) else put.encode("utf-8", "surrogatepass")
    read_changed(copy, name, data[:at] + put + data[at + gone :])


@bounded
@given(name=st.sampled_from(NAMES), at=st.integers(0, 10**6), value=values)
def test_any_value_anywhere(copy, name, at, value):
    """Well-formed YAML with another value in any place."""
    tree = yaml.safe_load((copy / name).read_text(encoding="utf-8"))
    places = list_places(tree)[1:]
    *way, last = places[at % len(places)]
    parent = tree
    for key in way:
        parent = parent[key]
    parent[last] = value
    read_changed(copy, name, yaml.safe_dump(tree, allow_unicode=True).encode("utf-8", "surrogatepass"))


@bounded
@given(st.recursive(words, lambda inner: st.lists(inner, max_size=4), max_leaves=20))
def test_any_tree_as_json(copy, value):
    """Lists and texts as JSON, which is YAML as well."""
    read_alone(copy, "faqs.yaml", json.dumps(value).encode())


# What fuzzing has found, each a traceback once.
FOUND = [b"[", b"?", b"{", b"- [\n", b"? \n? [", b"!", b"&", b"*", b"- ? "]


@pytest.mark.parametrize("data", FOUND)
def test_found_by_fuzzing(copy, data):
    """What was found once is told in words now."""
    assert any(problem.path.endswith("faqs.yaml") for problem in read_alone(copy, "faqs.yaml", data).problems)


@pytest.mark.parametrize("line", ["- a: \u0430b\n", "- a: b #c\n", "- a: a\u200bb\n"])
def test_many_wrong_lines(copy, line):
    """Thousands of mistakes in one file take a few times as long as hundreds, not hundreds of times."""
    assert len(read_alone(copy, "faqs.yaml", (line * 2500).encode()).problems) > 2500


def test_bounds_can_fail(copy, monkeypatch):
    """A content that takes too long fails the test."""
    monkeypatch.setattr(sys.modules[__name__], "SECONDS", 0)
    with pytest.raises(AssertionError):
        read_all(copy)


@pytest.mark.skipif(not importlib.util.find_spec("atheris"), reason="atheris has no wheel for this Python")
@pytest.mark.parametrize(
    "minutes", [pytest.param("0.1", marks=pytest.mark.short), pytest.param("0.5", marks=pytest.mark.long)]
)
def test_guided_fuzzing(minutes):
    """A coverage-guided fuzzer finds nothing in seconds, nor in half a minute; "make fuzz" gives it thirty."""
    command = [sys.executable, ROOT / "tests" / "fuzz.py", minutes]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert result.returncode == 0, result.stderr[-3000:]
    assert "Done " in result.stderr
