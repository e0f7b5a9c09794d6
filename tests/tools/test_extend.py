"""What the design promises to whoever adds something: one YAML file for an operator, YAML and a font for a language."""

from __future__ import annotations

import re

from handout.base.paths import FONTS
from handout.pipeline import build_handouts
from handout.render.linebreak import keep_together, prepare_text
from handout.validate.inspect import inspect_content, validate_content
from handout.workers.request import Request

ACCENTS = dict(zip("eiou", "ệịọữ", strict=True))


def test_another_operator_is_one_file(content_copy, tmp_path):
    """A new file in operators/ is enough for a handout that passes verification."""
    text = (content_copy / "operators/beta.yaml").read_text(encoding="utf-8")
    text = text.replace("id: beta", "id: gamma").replace("Beta", "Gamma")
    (content_copy / "operators/gamma.yaml").write_text(text, encoding="utf-8")
    made = build_handouts(Request(content=content_copy, output=tmp_path / "out", operators=["gamma"], pairs=["zh-km"]))
    assert [m.handout.id for m in made] == ["gamma.zh-km.counter", "gamma.zh-km.large", "gamma.zh-km"]


def test_fourth_language_is_yaml_and_a_font(content_copy, tmp_path):
    """A language file and a line beside each English one make pairs with a fourth language; no code knows it."""
    add_vietnamese(content_copy)
    request = Request(content_copy, tmp_path / "out", ["alpha"], ["vi-km", "zh-vi"], ["standard"])
    made = build_handouts(request)
    assert [m.handout.id for m in made] == ["alpha.vi-km", "alpha.zh-vi"]


def test_units_of_a_fourth_language(content_copy):
    """A number stays with a unit that only the new language's file names, and a period may not be typed with it."""
    add_vietnamese(content_copy)
    content = validate_content(content_copy, FONTS)
    html = prepare_text("Trong 60 ngày", content.languages["vi"], content.units)
    assert html == f"Trong {keep_together('60 ngày')}"
    warnings = content_copy / "warnings.yaml"
    words = warnings.read_text(encoding="utf-8")
    warnings.write_text(re.sub("(?m)^( +vi: ).*$", r"\1Trong 60 ngày.", words, count=1), encoding="utf-8")
    (found,) = [problem for problem in inspect_content(content_copy, FONTS).problems if problem.code == "typed-fact"]
    assert '"60 ngày" is typed into a text (period)' in found.message


def add_accents(line):
    """Return an English line with a Vietnamese one below it, whose letters Noto Sans draws by two glyphs, or high."""
    words = re.sub(r"\{\{.*?\}\}|[eiou]", lambda found: ACCENTS.get(found[0], found[0]), line[2])
    return f"{line[0]}\n{line[1]}vi: {words}"


def add_vietnamese(folder):
    """Give the content in ``folder`` a fourth language: English with accents, and two units of its own."""
    language = (folder / "languages/en.yaml").read_text(encoding="utf-8")
    for key in ("code", "locale", "bcp47"):
        language = language.replace(f"{key}: en", f"{key}: vi")
    language = re.sub(r"(?m)^  periods: .*$", "  periods: [ngày, tháng]", language)
    (folder / "languages/vi.yaml").write_text(language.replace("name: English", "name: Tiếng Việt"), encoding="utf-8")
    for path in folder.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub("(?m)^( +)en: (.*)$", add_accents, text), encoding="utf-8")
    guide = folder / "guide.yaml"
    guide.write_text(guide.read_text(encoding="utf-8").replace("pairs: [", "pairs: [vi-km, zh-vi, "), encoding="utf-8")
