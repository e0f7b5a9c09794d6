"""One check tells every mistake of a folder, whatever kind it is and whatever letters the terminal has."""

import subprocess
import sys

import pytest

from handout.base.paths import FONTS, ROOT
from handout.validate.inspect import inspect_content

# File, what stands there, what an editor makes of it, and the code that says so on that line.
MISTAKES = [
    ("warnings.yaml", "សូមប្រយ័ត្ន", "សូមប្រយត័្ន", "khmer-order"),
    ("warnings.yaml", "«បិទលេខរហ័ស»។ {{", "«បិទលេខរហ័ស»។។ {{", "khmer-doubtful"),
    ("warnings.yaml", "who offer", "who оffer", "look-alike"),
    ("warnings.yaml", "停服务的代码", "停服务的**代码", "bold-open"),
    ("faqs.yaml", "Use up the balance", "Use up the \u200bbalance", "unseen-character"),
    ("faqs.yaml", "it may not be returned", "it may not be returned in sixty days", "typed-fact"),
    ("faqs.yaml", "最好用完。", "六十天内用完。", "typed-fact"),
    ("faqs.yaml", "សូមឱ្យអ្នកដែលទុកចិត្តបាន សួរ", "សូមឱ្យអ្នកដែលទុកចិត្តបាន\n      សួរ", "folded-text"),
    ("faqs.yaml", "Ask {{ operator.name }} if", "Ask { operator.name } if", "stray-markup"),
    ("faqs.yaml", "可问{{ operator.name }}", "可问｛｛ operator.name ｝｝", "look-alike"),
    ("documents.yaml", "en: Valid passport", 'en: "*Valid* passport"', "stray-markup"),
    ("documents.yaml", "en: Top-up records", "en: Top-up ⑩ records", "maybe-fact"),
    ("documents.yaml", "  who: citizen", "\u00a0 who: citizen", "yaml-lookalike"),
    ("documents.yaml", "who: everyone", "who: evryone", "unknown-value"),
    ("steps.yaml", "- id: copy-contacts", "－　id: copy-contacts", "yaml-lookalike"),
    ("steps.yaml", "en: Copy your contacts", "en: “Copy: your contacts”", "yaml-lookalike"),
    ("steps.yaml", "for the balance.", "for the ＊＊balance＊＊.", "look-alike"),
    ("operators/alpha.yaml", "names:", "names：", "yaml-lookalike"),
    ("guide.yaml", "editions: [standard, large, counter]", "editions: ［standard，large、counter］", "yaml-lookalike"),
    ("answers.yaml", "- id: answer-when", "-id: answer-when", "yaml-dash"),
]
LEFT = {"faqs (1).yaml": "unknown-file", "steps.yml": "unknown-file", "faqs.yaml~": None, ".#faqs.yaml": None}


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "ascii"])
def test_every_mistake_is_told_in_one_check(encoding, content_copy):
    """Each at its line, without a traceback, in UTF-8, in the encoding of a Chinese terminal and in ASCII."""
    for name, old, new, _code in MISTAKES:
        path = content_copy / name
        text = path.read_text("utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new, 1), "utf-8")
    for name in LEFT:
        (content_copy / name).write_bytes(b"\xff")
    wanted = set()
    for name, _old, new, code in MISTAKES:
        before = (content_copy / name).read_text("utf-8").partition(new)[0] + new.partition("\n")[0]
        line = before.count("\n") + 1 + new.count("\n")
        wanted.add((f"content/{name}", line, code))
    found = {(p.path, p.line, p.code) for p in inspect_content(content_copy, FONTS).problems}
    assert wanted - found == set(), found - wanted
    assert {(f"content/{name}", 0, code) for name, code in LEFT.items() if code} == {one for one in found if not one[1]}

    command = [sys.executable, ROOT / "build.py", "check", "--content", "content"]
    environment = {"PYTHONIOENCODING": encoding, "PATH": ""}
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    said = (done.stdout + done.stderr).decode(encoding)
    assert done.returncode == 1
    assert "Traceback" not in said
    for path, line, code in found:
        assert f"[{code}]" in said
        assert f"{path}:{line}:" in said or (not line and f"{path}: " in said)
