"""Translations on their way to translators and back, as gettext PO; what comes back is read line by line.

Babel's reader passes silently over a second msgstr, a second entry and a string without its end.
"""

import codecs
import datetime as dt
import re
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.messages.catalog import Catalog
from babel.messages.pofile import unescape, write_po

from handout.base.diagnostics import ContentError, Diagnostic, MachineError, suggest_name
from handout.base.paths import FONTS
from handout.load.characters import compose_text
from handout.load.guards import find_risks
from handout.load.tree import Tree
from handout.model.content import SOURCE_LANGUAGE, Content, Translation, judge_translation, list_translations
from handout.tools.rewrite import write_scalar, write_texts
from handout.tools.translations import list_unmarked, write_reviews
from handout.validate.inspect import Inspection, inspect_content

_STRING = re.compile(r'(?:(msg\w+(?:\[\d+\])?)\s*)?("(?:[^"\\]|\\[\\nrt"])*")')
_HEADER = re.compile(r"^([\w-]+):[ \t]*(.*?)[ \t]*$", re.MULTILINE)
MAX_ALIKE = 2  # texts that two languages may have alike by chance
MAX_ALIKE = 2  # texts that two languages may have alike by chance
_KEYWORDS = {"msgctxt", "msgid", "msgstr"}


@dataclass
class Entry:
    """One entry of a PO file: its texts by keyword, and the line where it begins."""

    line: int
    fuzzy: bool
    parts: dict[str, str] = field(default_factory=dict)

    def read(self, keyword: str) -> str:
        """Return a text as the content would have it."""
        return compose_text(self.parts[keyword]).strip()


@dataclass
class POFile:
    """A translator's file: its lines and its entries; ``header`` has what the first entry says about it."""

    path: Path
    lines: list[str]
    entries: list[Entry] = field(default_factory=list)
    header: dict[str, str] = field(default_factory=dict)

    def report(self, line: int, code: str, message: str, hint: str = "") -> Diagnostic:
        """Return an error at a line, or about the whole file at line 0."""
        excerpt = self.lines[line - 1] if line else ""
        return Diagnostic(str(self.path), line, min(line, 1), code, message, hint, width=len(excerpt), excerpt=excerpt)


Found = dict[Translation, tuple[POFile, Entry]]


def export_catalogs(content: Content, tree: Tree, languages: Iterable[str], folder: Path) -> Iterator[Path]:
    """Write the translations of each language into a folder as PO, and yield the files; raises MachineError."""
    for code in languages:
        path = folder / f"{code}.po"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            export_catalog(content, tree, code, path)
        except OSError as error:
            raise MachineError(f"{error.filename or path} cannot be written: {error.strerror or error}") from None
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
        file = read_po_file(path)
        found, fuzzy = Found(), sum(entry.fuzzy and bool(entry.read("msgstr")) for entry in file.entries)
        problems += _match_entries(content, file, find_language(content, file, languages), found)
        for t in found.keys() & taken.keys():
            other, entry = taken[t]
            hint = f"it is in {other.path}:{entry.line} too"
            problems.append(file.report(found[t][1].line, "po-duplicate", f'"{t.id}" comes twice', hint))
        taken |= found
        changed = sum(entry.read("msgstr") != t.text for t, (_, entry) in found.items())
        told.append(f"{changed} texts changed by {path}" + f"; {fuzzy} marked fuzzy were left out" * (fuzzy > 0))
    if problems:
        raise ContentError(problems)
    after, warnings = _write_changes(before, folder, taken)
    names = {(t.language, t.id) for t in taken}
    every = [t for code in sorted({t.language for t in taken}) for t in list_translations(after, code)]
    if unmarked := list_unmarked(after, (t for t in every if (t.language, t.id) in names)):
        write_reviews(after, folder / "reviews.yaml", unmarked)
    return told, warnings


def _write_changes(before: Inspection, folder: Path, taken: Found) -> tuple[Content, list[Diagnostic]]:
    """Write the texts that differ when the content is then valid; return it, and the warnings about them."""
    changes = {t: found for t, found in taken.items() if found[1].read("msgstr") != t.text}
    texts = {t.loc: entry.read("msgstr") for t, (_, entry) in changes.items()}
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch, "content")
        shutil.copytree(folder, copy)
        write_texts(before.tree, texts, folder, copy)
        after = inspect_content(copy, FONTS)
    problems = [moved for p in after.problems for moved in _move_problem(p, after.tree, changes)]
    if after.content is None:
        raise ContentError(p for p in problems if p.severity == "error")
    write_texts(before.tree, texts, folder, folder)
    return after.content, sorted(set(problems))


def _move_problem(problem: Diagnostic, tree: Tree, changes: Found) -> Iterator[Diagnostic]:
    """Yield a problem of a changed text at its entry; an error beside one is of that entry, or else of the file."""
    is_error, file = problem.severity == "error", next((file for file, _ in changes.values()), None)
    for end in (None, -1)[: 1 + is_error]:
        for t, (of, entry) in changes.items():
            place, node = tree.find_place(t.loc[:end]), tree.nodes.get(t.loc[:end])
            if problem.path == place.path and place.line <= problem.line <= (node.end_mark.line + 1 if node else 0):
                told = of.report(entry.line, problem.code, f"{t.id}: {problem.message}", problem.hint)
                yield replace(told, severity=problem.severity)
                return
    if is_error and file:
        yield file.report(0, problem.code, f"{Path(problem.path).name}: {problem.message}", problem.hint)


def _match_entries(content: Content, file: POFile, language: str, found: Found) -> Iterator[Diagnostic]:
    """Find the translation that each translated entry of a PO file is for; yield what is wrong with others."""
    known, lines = {t.id: t for t in list_translations(content, language)}, dict[str, int]()
    for entry in file.entries:
        name = entry.parts.get("msgctxt", "")
        if name and lines.setdefault(name, entry.line) != entry.line:
            hint = f"it is in line {lines[name]} too"
            yield file.report(entry.line, "po-duplicate", f'"{name}" comes twice', hint)
        elif entry.fuzzy or not entry.read("msgstr"):
            continue
        elif name not in known:
            message = f'the content has no text "{name}"' if name else "no msgctxt says which text this is"
            yield file.report(entry.line, "po-unknown", message, suggest_name(name, known))
        elif entry.read("msgid") != known[name].source:
            message = f'the English of "{name}" has changed since the export'
            yield file.report(entry.line, "po-outdated", message, "export again")
        else:
            found[known[name]] = file, entry
            for risk in find_risks("", write_scalar(entry.read("msgstr"), quoted=True)):  # no file with it is loaded
                yield file.report(entry.line, risk.code, f"{name}: {risk.message}", risk.hint)
    texts = {t.id: entry.read("msgstr") for t, (_, entry) in found.items() if not t.id.endswith(".names")}
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


def read_po_file(path: Path) -> POFile:
    """Return a PO file with its header and its entries; obsolete ones are left out. Raises ContentError."""
    file = POFile(path, re.split("\r\n?|\n", _read_utf8(path)))
    fuzzy, keyword, parts = False, "", dict[str, str]()
    for number, line in enumerate(map(str.strip, file.lines), 1):
        if not line or line[0] == "#":
            is_flag = line[:2] in {"#,", "#="} and "fuzzy" in re.split(r"[\s,]+", line[2:])
            fuzzy = (fuzzy or is_flag) and line[:2] != "#~"
            continue
        found = _STRING.fullmatch(line)
        if found and (found[1] == "msgctxt" or (found[1] == "msgid" and [*parts] != ["msgctxt"])):
            file.entries.append(Entry(number, fuzzy, parts := {}))
            fuzzy = False
        keyword = (found and found[1]) or keyword
        if not found or not file.entries:
            message, hint = "this line is no PO", 'a text stands between two "; inside it are \\" and \\\\'
            raise ContentError([file.report(number, "po-syntax", message, hint)])
        if found[1] in parts or keyword not in _KEYWORDS:
            hint = "an entry has one msgctxt, one msgid and one msgstr"
            raise ContentError([file.report(number, "po-syntax", f'no "{keyword}" belongs here', hint)])
        parts[keyword] = parts.get(keyword, "") + unescape(found[2])
    return _split_header(file)


def _split_header(file: POFile) -> POFile:
    """Return the file with its header apart; raises ContentError when an entry is cut off, or for another charset."""
    cut = next((entry.line for entry in file.entries if not {"msgid", "msgstr"} <= entry.parts.keys()), 0)
    if cut or not file.entries:
        message = "the file is empty or cut off: an entry has a msgid and a msgstr"
        raise ContentError([file.report(cut, "po-syntax", message, "export again")])
    first = file.entries[0]
    if first.parts["msgid"] or "msgctxt" in first.parts:
        return file
    file.header.update(_HEADER.findall(file.entries.pop(0).parts["msgstr"]))
    charset = file.header.get("Content-Type", "").partition("charset=")[2].strip() or "CHARSET"
    with suppress(LookupError):
        if charset == "CHARSET" or codecs.lookup(charset).name in {"utf-8", "ascii"}:
            return file
    message = f"the header says that the file is {charset}"
    raise ContentError([file.report(first.line, "not-utf8", message, "save it as UTF-8, and write UTF-8 there")])


def _read_utf8(path: Path) -> str:
    """Return the text of a PO file; raises ContentError."""
    try:
        text = path.read_bytes().decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        raise ContentError([Diagnostic(str(path), 0, 0, "unreadable-file", message)]) from None
    if wrong := re.search("[\0\udc80-\udcff]", text):
        line, hint = text.count("\n", 0, wrong.start()) + 1, "save it as UTF-8; of .po and .mo take the .po"
        raise ContentError([Diagnostic(str(path), line, 1, "not-utf8", "the file is not UTF-8 text", hint)])
    return text
