"""The broken contents of tests/data/broken, and the page of docs that is made from them.

A file is one code; each case replaces ``find`` by ``replace`` in one file of tests/content, or has a file to ``write``.
⟦ and ⟧ enclose the place where the problem is to be told (they are taken out); without them ``at`` names the text
there, and a whole file that is written (``bytes``, ``repeat``) or deleted has line and column or none.
Run this file to write docs/diagnostics.md anew.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from handout.verify.layout import LAYOUT_CHECKS  # noqa: E402
from handout.verify.pages import PAGE_CHECKS  # noqa: E402
from handout.verify.text import TEXT_CHECKS  # noqa: E402

FOLDER = ROOT / "tests" / "data" / "broken"
PAGE = ROOT / "docs" / "diagnostics.md"
INTRODUCTION = """# What the program says about the content, and what to do

`python build.py check` names every problem with its file, line and column, shows the line, and ends with a code in
square brackets. Each code has an example here: wrong first, then right. Errors stop the build; warnings do not.
The examples are of `tests/content/`, whose operators, Alpha and Beta, are invented. The page is made from
`tests/data/broken/` by `python tests/broken.py`. At its end are the codes of what is wrong with a made PDF.
"""
MADE = """## What is wrong with a made PDF

A build looks at every page that it makes, and publishes nothing while something is wrong. Most of these point at a
mistake in a template or a style sheet. These are answered in the content; the first two name the place:

- `pages`: the texts take more room than their page has, even in the tightest of the spacings.
  `content/faqs.yaml:12:5: error: smart.en-km, page 4: 2 lines too many for the page; this text has 6, shorten it or
  another one [pages]` names the longest texts of the page, one a line. Take out as many lines in all as it says.
- `lines`: a text of page 1 takes more lines than its place there has. Shorten it.
- `crowding`, in a language whose capitals carry accents: a larger `leading` in its file keeps them from what is above.

A page of the large edition with `empty` may also be due to the content: what begins the next page did not fit below.
Make a text on the page that is named, such as an operator's notice, some lines longer or shorter.

The others report:

"""


@dataclass(frozen=True)
class Case:
    """One way to break the content, and where it is to be told."""

    code: str
    name: str
    raw: dict
    severity: str

    @property
    def id(self):
        return f"{self.code}: {self.name}"

    @property
    def wrong(self):
        return self.raw["replace"].removesuffix("\n").replace("⟦", "").replace("⟧", "")

    @property
    def right(self):
        return self.raw["find"].removesuffix("\n")

    def apply(self, content):
        """Break a copy of the content; return the expected line, column and width (0, 0, 1 where there is none)."""
        path = content / self.raw["file"]
        if "write" in self.raw:
            path.parent.mkdir(exist_ok=True)
            return self._write(path, self.raw["write"])
        if "find" not in self.raw:
            if "delete" in self.raw:
                path.unlink()
            elif "repeat" in self.raw:
                path.write_text(self.raw["repeat"] * self.raw["times"] + "a\n", encoding="utf-8")
            else:
                path.write_bytes(bytes.fromhex(self.raw["bytes"]))
            return self.raw.get("line", 0), self.raw.get("column", 0), 1
        text = path.read_text(encoding="utf-8")
        assert self.right in text, f"{path} no longer has {self.right!r}: choose another place to break"
        marked = text.replace(self.right, self.raw["replace"].removesuffix("\n"), 1)
        if "at" in self.raw:
            place = self.raw["at"].replace("⟦", "").replace("⟧", "")
            marked = marked.replace(place, self.raw["at"], 1)
        return self._write(path, marked)

    def _write(self, path, marked):
        """Write a text without the marks of the place, and return that place; a text without marks has none."""
        if "⟦" not in marked:
            path.write_text(marked, encoding="utf-8")
            return 0, 0, 1
        start, end = marked.index("⟦"), marked.index("⟧") - 1
        path.write_text(marked.replace("⟦", "").replace("⟧", ""), encoding="utf-8")
        return marked.count("\n", 0, start) + 1, start - marked.rfind("\n", 0, start), end - start


def read_cases():
    """Return every case of every code, in the order of the codes."""
    cases = []
    for code, page in read_codes().items():
        cases += [
            Case(code, raw["name"], raw, raw.get("severity", page.get("severity", "error"))) for raw in page["cases"]
        ]
    return cases


def read_codes():
    """Return what each file says, by code."""
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))}


def write_page():
    """Return the text of docs/diagnostics.md."""
    parts = [INTRODUCTION]
    for code, page in read_codes().items():
        kind = " (a warning)" if page.get("severity") == "warning" else ""
        parts.append(f"## {code}\n\n{page['meaning']}{kind}\n")
        examples = [Case(code, raw["name"], raw, "") for raw in page["cases"] if "find" in raw]
        if examples:
            first = examples[0]
            parts.append(f"`{first.raw['file']}`, wrong:\n\n```yaml\n{first.wrong or '# (the line is missing)'}\n```\n")
            parts.append(f"Right:\n\n```yaml\n{first.right}\n```\n")
        else:
            parts.append(f"Wrong: {page['wrong']}\n\nRight: {page['right']}\n")
    # The first line of a check's docstring is "Report what it finds, ...".
    checks = {check.__name__: check.__doc__ for check in (*PAGE_CHECKS, *TEXT_CHECKS, *LAYOUT_CHECKS)}
    found = {name.removeprefix("check_"): " ".join(words.split()).partition(". ")[0] for name, words in checks.items()}
    lines = [f"- `{code}`: {words.removeprefix('Report ').rstrip('.')}." for code, words in sorted(found.items())]
    return "\n".join([*parts, MADE + "\n".join(lines) + "\n"])


if __name__ == "__main__":
    PAGE.write_text(write_page(), encoding="utf-8")
