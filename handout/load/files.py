"""Load: read the YAML files into plain data, keeping the place of every key and value.

Every scalar stays a string (YAML 1.1's ``no`` -> False and ``012`` -> 10 would damage phone
numbers); the content types turn strings into numbers and dates where they ask for them.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import yaml

from handout.base.diagnostics import Diagnostic, Loc, Place, suggest_name
from handout.load.convert import Converter
from handout.load.guards import UNSEEN, find_risks, find_risky_files
from handout.load.syntax import explain_syntax
from handout.load.tree import Tree

_FILES = ("guide", "steps", "documents", "answers", "faqs", "warnings", "glossary", "sources", "regulator", "reviews")
FOLDERS = ("operators", "languages")
TO_FILL_IN = "FILL IN"


def load_content(folder: Path) -> tuple[Tree, list[Diagnostic]]:
    """Read every YAML file of ``folder``; paths in diagnostics are as given, relative to the working folder."""
    tree = Tree()
    if not folder.is_dir():
        return tree, [Diagnostic(str(folder), 0, 0, "no-content", "there is no such folder")]
    files = dict(_list_files(folder))
    risky = list(find_risky_files(folder, files))
    problems, refused = [*_find_unknown_files(folder), *risky], {problem.path for problem in risky}
    for path, loc in files.items():
        if str(path) not in refused:
            problems += _load_file(path, loc, tree)
    return tree, problems


def _list_files(folder: Path) -> Iterator[tuple[Path, Loc]]:
    for name in _FILES:
        yield folder / f"{name}.yaml", (name,)
    for name in FOLDERS:
        for path in sorted((folder / name).glob("*.yaml")):
            yield path, (name, path.stem)


def _find_unknown_files(folder: Path) -> Iterator[Diagnostic]:
    expected = {f"{name}.yaml" for name in _FILES} | set(FOLDERS)
    extra = [p for p in folder.iterdir() if p.name not in expected]
    extra += [p for name in FOLDERS for p in (folder / name).glob("*") if p.suffix != ".yaml"]
    for path in sorted(p for p in extra if not p.name.startswith(".")):
        hint = 'its name must end in ".yaml"' if path.parent != folder else suggest_name(path.name, expected)
        yield Diagnostic(str(path), 0, 0, "unknown-file", "this file is not part of the content", hint)


def _load_file(path: Path, loc: Loc, tree: Tree) -> list[Diagnostic]:
    name = str(path)
    if not path.is_file():
        return [Diagnostic(name, 0, 0, "missing-file", "this file of the content is missing")]
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return [Diagnostic(name, line, 1, "not-utf8", "the file is not UTF-8 text", "save it as UTF-8")]
    except OSError as error:
        return [Diagnostic(name, 0, 0, "unreadable-file", f"the file cannot be read: {error.strerror}")]
    clean = tree.texts[name] = UNSEEN.sub(" ", text)
    tree.lines[name] = clean.split("\n")
    if risks := find_risks(name, text):
        return [tree.report(*risk) for risk in risks]
    problems = list(_find_unseen(name, text, tree))
    try:
        node = _compose(clean)
        if node is None:
            return [*problems, Diagnostic(name, 1, 1, "empty-file", "the file is empty")]
        value = Converter(name, tree, problems).convert(node, loc)
    except yaml.MarkedYAMLError as error:
        return [*problems, explain_syntax(name, clean, error)]
    except RecursionError:
        message = "lists or keys are nested too deep"
        return [*problems, Diagnostic(name, 1, 1, "yaml-deep", message, "is a bracket or dash repeated?")]
    parent = tree.data
    for part in loc[:-1]:
        parent = parent.setdefault(str(part), {})
    parent[str(loc[-1])] = value
    return problems


@lru_cache(256)
def _compose(text: str) -> yaml.Node | None:
    """Return a file's nodes, which nobody changes: a preview reads the same ones again at every change of another."""
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.CSafeLoader)
    return node


def _find_unseen(path: str, text: str, tree: Tree) -> Iterator[Diagnostic]:
    for number, line in enumerate(text.split("\n"), 1):
        for match in UNSEEN.finditer(line):
            message = f"an invisible character stands here (U+{ord(match[0]):04X})"
            yield tree.report(Place(path, number, match.start() + 1), "unseen-character", message, "delete it")
        if TO_FILL_IN in line and line.lstrip().startswith("#"):
            place = Place(path, number, line.index(TO_FILL_IN) + 1, len(TO_FILL_IN))
            yield tree.report(place, "fill-in", line.strip("# \r"), "then delete this comment", severity="warning")
