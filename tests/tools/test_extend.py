"""What the design promises to whoever adds something: one YAML file for an operator, YAML and a font for a language."""

from __future__ import annotations

import re

from handout.pipeline import build_handouts
from handout.workers.request import Request


def test_another_operator_is_one_file(content_copy, tmp_path):
    """A new file in operators/ is enough for a handout that passes verification."""
    text = (content_copy / "operators/beta.yaml").read_text(encoding="utf-8")
    text = text.replace("id: beta", "id: gamma").replace("Beta", "Gamma")
    (content_copy / "operators/gamma.yaml").write_text(text, encoding="utf-8")
    made = build_handouts(Request(content=content_copy, output=tmp_path / "out", operators=["gamma"], pairs=["zh-km"]))
    assert [m.handout.id for m in made] == ["gamma.zh-km.counter", "gamma.zh-km.large", "gamma.zh-km"]


def test_fourth_language_is_yaml_and_a_font(content_copy, tmp_path):
    """A language file and a line beside each English one make pairs with a fourth language; no code knows it."""
    language = (content_copy / "languages/en.yaml").read_text(encoding="utf-8")
    language = (
        language.replace("code: en", "code: vi").replace("locale: en", "locale: vi").replace("bcp47: en", "bcp47: vi")
    )
    (content_copy / "languages/vi.yaml").write_text(
        language.replace("name: English", "name: Tiếng Việt"), encoding="utf-8"
    )
    for path in content_copy.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"(?m)^( +)en: (.*)$", r"\1en: \2\n\1vi: \2", text), encoding="utf-8")
    guide = content_copy / "guide.yaml"
    guide.write_text(guide.read_text(encoding="utf-8").replace("pairs: [", "pairs: [vi-km, zh-vi, "), encoding="utf-8")
    request = Request(content_copy, tmp_path / "out", ["alpha"], ["vi-km", "zh-vi"], ["standard"])
    made = build_handouts(request)
    assert [m.handout.id for m in made] == ["alpha.vi-km", "alpha.zh-vi"]
