"""Each mistake gives one diagnostic at its line and column, and nothing is written."""

from __future__ import annotations

import hashlib

import pytest

import build
from handout.diagnostics import ContentError
from handout.pipeline import FONTS
from handout.validate import validate_content

# (file, text to find, its replacement, the place: text on the expected line and the text at the expected column, code)
MISTAKES = {
    "missing translation": (
        "steps.yaml",
        "    km: ពិនិត្យសមតុល្យ និងវិក្កយបត្រ\n",
        "",
        ("  title:", "title"),
        "missing-translation",
    ),
    "misspelt key": (
        "steps.yaml",
        "  title:\n    zh: 查余额和账单",
        "  titel:\n    zh: 查余额和账单",
        ("  titel:", "titel"),
        "unknown-key",
    ),
    "duplicate key": (
        "documents.yaml",
        "  who: citizen\n",
        "  who: citizen\n  who: everyone\n",
        ("  who: everyone", "who"),
        "duplicate-key",
    ),
    "unknown source": (
        "regulator.yaml",
        "source: trc-news",
        "source: trc-newz",
        ("source: trc-newz", "trc-newz"),
        "unknown-source",
    ),
    "fact without source": (
        "regulator.yaml",
        "    source: trc-news\n",
        "",
        ("  site:", "site"),
        "fact-unsourced",
    ),
    "phone number in prose": (
        "faqs.yaml",
        "en: First ask {{ operator.name }}",
        "en: Call 012 345 678. First ask {{ operator.name }}",
        ("012 345 678", "012 345 678"),
        "typed-fact",
    ),
    "code in prose": ("faqs.yaml", "en: First ask", "en: Dial *097#. First ask", ("*097#", "*097#"), "typed-fact"),
    "address in prose": (
        "faqs.yaml",
        "en: First ask",
        "en: See example.com first. Ask",
        ("example.com", "example.com"),
        "typed-fact",
    ),
    "period in prose": ("warnings.yaml", "zh: 不要把", "zh: 等3天，不要把", ("3天", "3天"), "typed-fact"),
    "Khmer digits in prose": ("warnings.yaml", "km: សូមកុំឱ្យ", "km: ១២៣៤ សូមកុំឱ្យ", ("១២៣៤", "១២៣៤"), "typed-fact"),
    "unknown fact": (
        "faqs.yaml",
        "{{ regulator.lapse_both }}",
        "{{ regulator.lapse_bot }}",
        ("lapse_bot }}", "{{ regulator.lapse_bot }}"),
        "unknown-fact",
    ),
    "expression as placeholder": (
        "faqs.yaml",
        "en: First ask {{ operator.name }}",
        "en: First ask {{ 7*7 }}",
        ("{{ 7*7 }}", "{{ 7*7 }}"),
        "bad-placeholder",
    ),
    "unknown value": ("documents.yaml", "who: citizen", "who: citisen", ("who: citisen", "citisen"), "unknown-value"),
    "duplicate id": (
        "warnings.yaml",
        "id: warn-tricks",
        "id: warn-helpers",
        ("id: warn-helpers", "warn-helpers"),
        "duplicate-id",
    ),
    "open bold": ("warnings.yaml", "en: Never give", "en: " + "'**Never' give", None, "yaml-syntax"),
    "no glyph": ("warnings.yaml", "en: Never give", "en: \u0e01 Never give", ("\u0e01", "\u0e01"), "no-glyph"),
    "language without file": ("guide.yaml", "pairs: [zh-km,", "pairs: [vi-km,", ("vi-km", "vi-km"), "unknown-language"),
    "unknown item": (
        "operators/cellcard.yaml",
        "after: faq-lapse",
        "after: faq-laps",
        ("faq-laps", "faq-laps"),
        "unknown-id",
    ),
    "tab": ("warnings.yaml", "  text:\n    zh: 不要把", "\ttext:\n    zh: 不要把", ("\ttext", "\t"), "yaml-syntax"),
    "wrong file name": (
        "operators/cellcard.yaml",
        "id: cellcard\n",
        "id: celcard\n",
        ("id: celcard", "celcard"),
        "wrong-id",
    ),
    "days in words": (
        "operators/cellcard.yaml",
        "value: 90",
        "value: ninety",
        ("value: ninety", "ninety"),
        "wrong-type",
    ),
}


def break_content(folder, file, old, new):
    """Replace the first ``old`` of a file, and return its text."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} no longer has {old!r}: choose another place to break"
    path.write_text(text := text.replace(old, new, 1), encoding="utf-8")
    return text


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_told_at_its_place(name, content_copy):
    """One mistake, one diagnostic, at the line and column where an editor looks."""
    file, old, new, place, code = MISTAKES[name]
    text = break_content(content_copy, file, old, new)
    with pytest.raises(ContentError) as caught:
        validate_content(content_copy, FONTS)
    assert len(caught.value.diagnostics) == 1, caught.value.diagnostics
    (found,) = caught.value.diagnostics
    assert (found.path, found.code) == (f"content/{file}", code)
    if place is not None:
        line = text.splitlines()[found.line - 1]
        assert place[0] in line
        assert line[found.column - 1 :].startswith(place[1])


def test_all_problems_in_one_run(content_copy):
    """Problems in several files are told together, sorted by place."""
    for name in ("misspelt key", "duplicate key", "unknown value"):
        break_content(content_copy, *MISTAKES[name][:3])
    with pytest.raises(ContentError) as caught:
        validate_content(content_copy, FONTS)
    assert {d.code for d in caught.value.diagnostics} >= {"unknown-key", "duplicate-key", "unknown-value"}
    assert caught.value.diagnostics == sorted(caught.value.diagnostics)


def hash_folder(folder):
    """Return every file's hash, to see whether anything changed."""
    return {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("command", [[], ["check"]])
def test_broken_content_leaves_output(command, content_copy, built, capsys):
    """A failed build or check has exit status 1, names the place and changes nothing."""
    before = hash_folder(built)
    break_content(content_copy, *MISTAKES["misspelt key"][:3])
    assert build.main([*command, "--content", str(content_copy), "--output", str(built)]) == 1
    assert (
        'content/steps.yaml:5:3: error: unknown key "titel", did you mean "title"? [unknown-key]'
        in capsys.readouterr().out
    )
    assert hash_folder(built) == before
