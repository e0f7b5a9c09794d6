"""A build makes what changed, tells every failure, and gives the same bytes from the cache as anew."""

import gc
import json
import re

import pytest
from weasyprint.formatting_structure.boxes import Box

from handout import cli
from handout.diagnostics import ContentError
from handout.pipeline import Job, Request, Task, build_handouts, make_one, start_worker
from handout.plan import Handout

FAQ = """
differences:
  replace:
    {faq}:
      answer: {{zh: "{answer}", en: "{answer}", km: "{answer}"}}
"""


class Log:
    """Notes what was made."""

    def __init__(self):
        self.made = []

    def __call__(self, stage, done, total, running=(), made=""):
        self.made += [made] if made else []


def build(output, content, **options):
    log = Log()
    options = {"operators": ["metfone", "smart"], "pairs": ["zh-en"], "editions": ["standard"], **options}
    build_handouts(Request(content.resolve(), output, jobs=2, **options), log)
    return sorted(log.made)


def read_pdfs(output):
    return {path.name: path.read_bytes() for path in (output / "pdf").iterdir()}


def test_a_changed_answer_of_one_operator_rebuilds_its_handouts_only(content_copy, tmp_path):
    """The log names them alone, and the other files keep their times."""
    output = tmp_path / "output"
    assert build(output, content_copy) == ["metfone.zh-en", "smart.zh-en"]
    before = {path.name: path.stat().st_mtime_ns for path in (output / "pdf").iterdir()}
    path = content_copy / "operators" / "smart.yaml"
    faq = next(line for line in (content_copy / "faqs.yaml").read_text("utf-8").splitlines() if "id:" in line).split()[
        -1
    ]
    path.write_text(path.read_text("utf-8") + FAQ.format(faq=faq, answer="SIM."), "utf-8")
    assert build(output, content_copy) == ["smart.zh-en"]
    after = {path.name: path.stat().st_mtime_ns for path in (output / "pdf").iterdir()}
    assert {name for name in after if after[name] != before[name]} == {"smart.zh-en.pdf"}


def test_the_cache_gives_what_a_build_gives(content_copy, tmp_path):
    """Anew, from the cache, and from a cache with a damaged entry: the same bytes and the same manifest."""
    output = tmp_path / "output"
    build(output, content_copy)
    whole, manifest = read_pdfs(output), json.loads((output / "manifest.json").read_bytes())
    assert build(tmp_path / "second", content_copy) == []
    assert read_pdfs(tmp_path / "second") == whole
    assert build(tmp_path / "third", content_copy, force=True) == ["metfone.zh-en", "smart.zh-en"]
    assert read_pdfs(tmp_path / "third") == whole
    victim = min((tmp_path / ".cache" / "handouts").iterdir())
    victim.write_bytes(victim.read_bytes()[:-1])
    assert len(build(tmp_path / "fourth", content_copy)) == 1
    assert read_pdfs(tmp_path / "fourth") == whole
    assert json.loads((tmp_path / "fourth" / "manifest.json").read_bytes()) == manifest


def test_a_handout_does_not_depend_on_those_made_with_it(content_copy, tmp_path):
    """Alone or among others, it has the same bytes."""
    build(tmp_path / "all", content_copy, pairs=[], force=True)
    build(tmp_path / "one", content_copy, operators=["smart"], force=True)
    assert read_pdfs(tmp_path / "one").items() <= read_pdfs(tmp_path / "all").items()


def test_all_failures_are_told_and_what_is_good_is_kept(content_copy, tmp_path):
    """Two bad handouts give two names, nothing is published, and the third is not made again."""
    for name in ("metfone", "smart"):
        path = content_copy / "operators" / f"{name}.yaml"
        path.write_text(re.sub("(?m)^  en: .*$", f"  en: {'W' * 150}", path.read_text("utf-8"), count=1), "utf-8")
    with pytest.raises(ContentError) as error:
        build(tmp_path / "output", content_copy, operators=["cootel", "metfone", "smart"])
    assert {diagnostic.path for diagnostic in error.value.diagnostics} == {"metfone.zh-en", "smart.zh-en"}
    assert not (tmp_path / "output").exists()
    assert build(tmp_path / "output", content_copy, operators=["cootel"]) == []


def test_a_text_too_long_for_its_place_is_named_with_its_line(content_copy, tmp_path):
    """What verification finds at one text leads the editor to the file and line of that text."""
    path = content_copy / "guide.yaml"
    lines = path.read_text("utf-8").split("\n")
    number = lines.index("  request:") + 2
    assert lines[number].startswith("    en: ")
    lines[number] = "    en: " + "I would like to cancel this phone number for good, " * 6
    path.write_text("\n".join(lines), "utf-8")
    with pytest.raises(ContentError) as error:
        build(tmp_path / "output", content_copy, operators=["smart"], editions=["counter"])
    found = {(d.path, d.line, d.code) for d in error.value.diagnostics}
    assert (str(path.resolve()), number + 1, "lines") in found
    assert not (tmp_path / "output").exists()


def test_a_build_says_that_there_are_warnings(content_copy, tmp_path, capsys):
    """The summary is followed by their number and the command that shows them; a clean content says nothing."""
    words = ["build", "--operator", "smart", "--languages", "zh-en", "--edition", "counter", "--jobs", "1"]
    words += ["--content", str(content_copy), "--output", str(tmp_path / "output")]
    assert cli.main(words) == 0
    assert "warning" not in capsys.readouterr().err
    path = content_copy / "steps.yaml"
    path.write_text(path.read_text("utf-8").replace("zh: 查余额和账单", "zh: 查结余和账单"), "utf-8")
    assert cli.main(words) == 0
    assert "1 warning; to see: python build.py check" in capsys.readouterr().err


def test_a_worker_keeps_nothing_of_a_handout(content, tmp_path):
    """A build of many handouts takes no more memory than one of few."""
    common = content.model_copy(update={"operators": {}})
    start_worker(Job(common, frozenset(), folder=tmp_path))
    for name in ("smart", "cootel"):
        outcome = make_one(Task(Handout(name, "zh", "en", "counter"), content.operators[name]))
        assert outcome.entry.pages == 1
        assert not [kept for kept in gc.get_objects() if isinstance(kept, Box)]
