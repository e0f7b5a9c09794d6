"""New texts go into the YAML files in place: any text, any style, and every other byte stays."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handout.load.tree import load_content
from handout.tools.rewrite import write_texts

# What a text looks like in the file before, by style: ⟦ and ⟧ enclose what is replaced.
STYLES = {
    "plain": "- text:\n    zh: A # a\n    km: ⟦old⟧ # note\n    en: B\n",
    "plain in two lines": "- text:\n    km: ⟦old\n      words⟧ # note\n    en: B\n",
    "plain below its key": "- text:\n    km:\n      ⟦old⟧\n    en: B\n",
    "single quotes": "- text:\n    km: ⟦'old ''x'''⟧ # note\n    en: B\n",
    "double quotes": '- text:\n    km: ⟦"old \\" x\n\n      y"⟧ # note\n    en: B\n',
    "folded": "- text:\n    km: >-\n      ⟦old\n      words⟧\n    en: B\n",
    "literal": "- text:\n    km: |\n      ⟦old⟧\n    # note\n    en: B\n",
    "kept ends": "- text:\n    km: |+ # note\n\n      ⟦old\n\n      words⟧\n\n\n    en: B\n",
    "folded with digit": "- text:\n    km: >2-\n        ⟦old\n      words⟧\n    en: B\n",
    "literal with digit": "- text:\n    km: |-1\n     ⟦old⟧\n    en: B\n",
    "block at the end": "- text:\n    en: B\n    km: >-\n      ⟦old⟧",
    "plain at the end": "- text:\n    en: B\n    km: ⟦old⟧",
    "deep in lists": "- - - text:\n        km: ⟦old⟧\n        en: B\n",
    "flow": "- text: {zh: A, km: ⟦old⟧, en: B} # note\n",
    "flow in lines": "- text: {\n    km: ⟦'old'⟧, # note\n    en: B,\n  }\n",
    "quoted key": "- text:\n    'km': ⟦old⟧\n    en: B\n",
    "explicit key": "- text:\n    ? km\n    : ⟦old⟧\n    ? en\n    : B\n",
    "explicit key, block": "- text:\n    ? km\n    : |-\n      ⟦old⟧\n    ? en\n    : B\n",
}
SIGNS = st.sampled_from([*"~-#:,[]{}&*!|>%@`'\"\\?=é𠘨aB", "yes", "1.5", "null", "<<", "---", "...", "ក្ខ្មែរ", "中文"])
WORDS = st.lists(SIGNS | st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=6).map(" ".join)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


def rewrite(before: bytes, texts: dict) -> tuple[bytes, object]:
    """Return a file after texts are written into it, and its data; the keys begin behind its name."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "steps.yaml")
        path.write_bytes(before)
        tree, _ = load_content(Path(folder))
        write_texts(tree, {("steps", *loc): words for loc, words in texts.items()}, Path(folder), Path(folder))
        after = path.read_bytes()
    return after, yaml.load(after, Loader=yaml.CBaseLoader)


def mix_ends(text: str, ends: list[str]) -> str:
    """Return a text whose lines end in turn with each of some ends."""
    turns = iter(ends * (text.count("\n") + 1))
    return re.sub("\n", lambda _: next(turns), text)


@settings(max_examples=600, deadline=None)
@given(
    style=st.sampled_from(sorted(STYLES)), words=WORDS, ends=st.lists(ENDS, min_size=1, max_size=3), bom=st.booleans()
)
@example(style="kept ends", words="# x", ends=["\r\n", "\n"], bom=True)
def test_any_text_in_any_style(style, words, ends, bom):
    """The new text reads back as it is; the bytes before and behind the old one, and each line's own end, stay."""
    before, _, rest = mix_ends(STYLES[style], ends).partition("⟦")
    _, _, behind = rest.partition("⟧")
    head, tail = ("\ufeff" * bom + before).encode(), behind.encode()
    loc = (0, 0, 0, "text", "km") if style == "deep in lists" else (0, "text", "km")
    after, value = rewrite(head + rest.replace("⟧", "").encode(), {loc: words})
    for part in loc:
        value = value[part]
    assert value.strip() == words
    assert after.startswith(head)
    assert after.endswith(tail)
    assert b"\n" not in after[len(head) : len(after) - len(tail)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- text:\n    en: B # note\n  if: x\n", "- text:\n    en: B # note\n    km: K\n    vi: V\n  if: x\n"),
        ("- text:\n    en: B", "- text:\n    en: B\n    km: K\n    vi: V"),
        ("- text:\r\n    en: B # note\n", "- text:\r\n    en: B # note\n    km: K\n    vi: V\n"),
        ("- text:\n    en: B\r\n- x\n", "- text:\n    en: B\r\n    km: K\r\n    vi: V\r\n- x\n"),
        ("- text:\n    en: 'B\n      C' # n\n", "- text:\n    en: 'B\n      C' # n\n    km: K\n    vi: V\n"),
        (
            "- text:\n    en: >- # n\n      B\n\n- x\n",
            "- text:\n    en: >- # n\n      B\n    km: K\n    vi: V\n\n- x\n",
        ),
        ("- text:\n    en: |+\n      B\n  # n\n", "- text:\n    en: |+\n      B\n    km: K\n    vi: V\n  # n\n"),
        ("- text:\n    ? en\n    : B\n", "- text:\n    ? en\n    : B\n    km: K\n    vi: V\n"),
        ("- text:\n    'en' : B\n", "- text:\n    'en' : B\n    km: K\n    vi: V\n"),
        ("- text: {en: B} # n\n", '- text: {en: B, km: "K", vi: "V"} # n\n'),
        ("- text: {en: B,} # n\n", '- text: {en: B, km: "K", vi: "V"} # n\n'),
        ("- text: {en: B , }\n", '- text: {en: B , km: "K", vi: "V" }\n'),
        ("- text: {zh: A,\n   en: B}\n", '- text: {zh: A,\n   en: B, km: "K", vi: "V"}\n'),
        ("- text: {\n   en: B # n, m\n  }\n", '- text: {\n   en: B, # n, m\n   km: "K",\n   vi: "V"\n  }\n'),
        ("- text: {\n   en: B, # n\n  }\n", '- text: {\n   en: B, # n\n   km: "K",\n   vi: "V",\n  }\n'),
        (
            "- text: {\n   en: B # n\n   , # m\n  }\n",
            '- text: {\n   en: B # n\n   , # m\n   km: "K",\n   vi: "V",\n  }\n',
        ),
        ("- text: {\r\n   en: 'B'\r\n  }\n", '- text: {\r\n   en: \'B\',\r\n   km: "K",\r\n   vi: "V"\r\n  }\n'),
    ],
)
def test_language_is_added_behind_the_others(before, after):
    """New languages stand behind the last one and the comment of its line, however the mapping is written."""
    text = (0, "text")
    found, data = rewrite(before.encode(), {(*text, "vi"): "V", (*text, "km"): "K"})
    assert found.decode() == after
    assert (data[0]["text"]["km"], data[0]["text"]["vi"]) == ("K", "V")


@pytest.mark.parametrize("before", ["- text:\n    en: B", "- text: {en: B}\n", "- text: {\n  en: B # n\n  }\n"])
def test_languages_are_added_beside_a_change(before):
    """A text may change and another be added behind it in one step."""
    _, data = rewrite(before.encode(), {(0, "text", "en"): "a: b", (0, "text", "km"): "K"})
    assert data[0]["text"] == {"en": "a: b", "km": "K"}
