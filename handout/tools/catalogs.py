"""Translations on their way to translators and back, as gettext PO."""

import datetime as dt
import re
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from handout.base.diagnostics import ContentError, Diagnostic, suggest_name
from handout.base.paths import FONTS
from handout.load.characters import compose_text
from handout.load.guards import find_risks
from handout.load.tree import Tree
from handout.model.content import SOURCE_LANGUAGE, Content, Translation, judge_translation, list_translations
from handout.tools.pofile import Entry, POFile, read_po_file
from handout.tools.rewrite import write_scalar, write_texts
from handout.tools.translations import list_unmarked, write_reviews
from handout.validate.inspect import Inspection, inspect_content

MAX_ALIKE = 2  # texts that two languages may have alike by chance
Found = dict[Translation, tuple[POFile, Entry]]


def export_catalogs(content: Content, tree: Tree, languages: Iterable[str], folder: Path) -> Iterator[Path]:
    """Write the translations of each language into a folder as PO, and yield the files."""
    folder.mkdir(parents=True, exist_ok=True)
    for code in languages:
        path = folder / f"{code}.po"
        export_catalog(content, tree, code, path)
        yield path


def export_catalog(content: Content, tree: Tree, language: str, path: Path) -> None:
    """Write one language's translations as PO; what nobody has confirmed for the present words is marked fuzzy."""
    dated = dt.datetime.strptime(content.guide.checked, "%Y-%m").replace(tzinfo=dt.UTC)
    catalog = Catalog(
        locale=content.languages[language].locale,
        project="handouts",
        version=str(content.guide.revision),
        creation_date=dated,
        revision_date=dated,
        fuzzy=False,
        header_comment=f"# The handouts' texts, from {SOURCE_LANGUAGE} into {language}.",
        last_translator="see content/reviews.yaml",
        language_team="none",
    )
    for translation in list_translations(content, language):
        if translation.source:
            state, place = judge_translation(content, translation), tree.find_place(translation.loc)
            text = "" if state == "missing" else translation.text
            flags = ["fuzzy"] if state in ("new", "stale") else []
            where = [(place.path, place.line)]
            catalog.add(translation.source, text, locations=where, flags=flags, context=translation.id)
    with path.open("wb") as file:
        write_po(file, catalog, width=0)


def import_catalogs(
    before: Inspection, folder: Path, languages: Collection[str], paths: Iterable[Path]
) -> tuple[list[str], list[Diagnostic]]:
    """Write the translations of PO files into the content; return a sentence about each file, and warnings.

    An entry marked fuzzy is not confirmed and stays out. Raises ContentError, and writes nothing, when a file is broken
    or does not belong to the present texts, or when the content would then have errors.
    """
    content, told, problems, taken = before.require_content(), list[str](), list[Diagnostic](), Found()
    for path in paths:
        file, found = read_po_file(path), Found()
        problems += _match_entries(content, file, find_language(content, file, languages), found)
        for t in found.keys() & taken.keys():
            hint = f"it is in {taken[t][0].path}:{taken[t][1].line} too"
            problems.append(file.report(found[t][1].line, "po-duplicate", f'"{t.id}" comes twice', hint))
        taken |= found
        changed = sum(_is_new(before.tree, t, entry) for t, (_, entry) in found.items())
        fuzzy = sum(entry.fuzzy and bool(entry.text) for entry in file.entries)
        told.append(f"{changed} texts changed by {path}" + f"; {fuzzy} marked fuzzy were left out" * (fuzzy > 0))
    if problems:
        raise ContentError(problems)
    warnings = _write_changes(
        before.tree, folder, {t: one for t, one in taken.items() if _is_new(before.tree, t, one[1])}
    )
    if unmarked := list_unmarked(content, (replace(t, text=entry.text) for t, (_, entry) in taken.items())):
        write_reviews(content, folder / "reviews.yaml", unmarked)
    return told, warnings


def _is_new(tree: Tree, t: Translation, entry: Entry) -> bool:
    """Tell whether an entry changes its text in the files, or fills it in."""
    return t.loc not in tree.nodes or entry.text != tree.nodes[t.loc].value.strip()


def _write_changes(tree: Tree, folder: Path, changes: Found) -> list[Diagnostic]:
    """Write changed texts when the content is then valid, and return the warnings about them; raises ContentError."""
    texts = {t.loc: entry.text for t, (_, entry) in changes.items()}
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch, "content")
        for path in tree.texts:
            (twin := copy / Path(path).relative_to(folder)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, twin)
        write_texts(tree, texts, folder, copy)
        after = inspect_content(copy, FONTS)
    problems = [moved for p in after.problems for moved in _move_problem(p, after.tree, changes)]
    if after.content is None:
        raise ContentError(p for p in problems if p.severity == "error")
    write_texts(tree, texts, folder, folder)
    return sorted(set(problems))


def _move_problem(problem: Diagnostic, tree: Tree, changes: Found) -> Iterator[Diagnostic]:
    """Yield a problem of a changed text at its entry; an error beside one is of that entry, or else of the file."""
    for end in (None, -1) if problem.severity == "error" else (None,):
        for t, (file, entry) in changes.items():
            place, node = tree.find_place(t.loc[:end]), tree.nodes.get(t.loc[:end])  # none in a file not loaded
            last = node.end_mark.line + (node.end_mark.column > 0) if node else 0
            if problem.path == place.path and place.line <= problem.line <= last:
                told = file.report(entry.line, problem.code, f"{t.id}: {problem.message}", problem.hint)
                yield replace(told, severity=problem.severity)
                return
    if problem.severity == "error":
        file, _ = next(iter(changes.values()))
        yield file.report(0, problem.code, f"{Path(problem.path).name}: {problem.message}", problem.hint)


def _match_entries(content: Content, file: POFile, language: str, found: Found) -> Iterator[Diagnostic]:
    """Find the translation that each translated entry of a PO file is for; yield what is wrong with others."""
    known, lines = {t.id: t for t in list_translations(content, language)}, dict[str, int]()
    for entry in file.entries:
        name = entry.parts.get("msgctxt", "")
        if name and lines.setdefault(name, entry.line) != entry.line:
            hint = f"it is in line {lines[name]} too"
            yield file.report(entry.line, "po-duplicate", f'"{name}" comes twice', hint)
        elif entry.fuzzy or not entry.text:
            continue
        elif name not in known:
            message = f'the content has no text "{name}"' if name else "no msgctxt says which text this is"
            yield file.report(entry.line, "po-unknown", message, suggest_name(name, known))
        elif compose_text(entry.parts["msgid"]).strip() != known[name].source:
            message = f'the English of "{name}" has changed since the export'
            yield file.report(entry.line, "po-outdated", message, "export again")
        else:
            found[known[name]] = file, entry
            line = write_scalar(entry.text, quoted=True)
            for risk in find_risks("", line, line):  # no file with it is loaded
                yield file.report(entry.line, risk.code, f"{name}: {risk.message}", risk.hint)
    texts = {t.id: entry.text for t, (_, entry) in found.items() if not t.id.endswith(".names")}
    for code in content.languages.keys() - {language}:
        same = sum(t.text == texts.get(t.id) for t in list_translations(content, code))
        if same > MAX_ALIKE and same * 2 > len(texts):
            message = f'the file says "{language}", but most of its texts are those of "{code}"'
            yield file.report(0, "po-language", message, "is it another file?")


def find_language(content: Content, file: POFile, wanted: Collection[str]) -> str:
    """Return the one of the wanted languages that a PO file is in, by its header or else its name.

    Raises ContentError when these contradict each other or say another language or script.
    """
    codes, tag, name = content.languages.keys() - {SOURCE_LANGUAGE}, file.header.get("Language", ""), file.path.stem
    named = codes & set(re.findall("[a-z]+", name.lower()))
    if said := _read_script(tag or name):
        found = {code for code in codes if said == _read_script(content.languages[code].locale)}
    else:
        found = set() if tag else named or set(wanted)
    if len(found) == 1 and found <= set(wanted) and (not named or found <= named):
        return found.pop()
    message = f'which language is it? the header says "{tag}", the name "{name}"'
    raise ContentError([file.report(0, "po-language", message, f"expected one of: {', '.join(sorted(wanted))}")])


def _read_script(tag: str) -> tuple[str, str] | None:
    """Return language and script of a locale such as km_KH; None for a name that is none."""
    try:
        locale = Locale.parse(tag.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return None
    return locale.language, locale.script or get_global("likely_subtags").get(locale.language, "_").split("_")[1]
