"""Translations: their states, the records of their reviews, and their way to translators and back as gettext PO."""

import datetime as dt
import json
import re
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, get_args

import yaml
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po

from handout.base.diagnostics import ContentError, Diagnostic, Loc, SelectionError, suggest_name
from handout.base.paths import FONTS
from handout.load.tree import Tree
from handout.model.content import (
    SOURCE_LANGUAGE,
    Content,
    Review,
    State,
    Translation,
    hash_text,
    judge_translation,
    list_translations,
)
from handout.validate.inspect import inspect_content

# A comment, an empty line, or a text between quotation marks with or without its keyword.
PO_LINE = re.compile(r'\s*|#.*|(?:msg\w+(?:\[\d+\])? +)?"(?:[^"\\]|\\.)*"\s*')


def list_languages(content: Content, wanted: Sequence[str]) -> list[str]:
    """Return the languages to translate into: those wanted, or all; raises SelectionError for an unknown one."""
    known = sorted(set(content.languages) - {SOURCE_LANGUAGE})
    for code in wanted:
        if code not in known:
            raise SelectionError(f'no language "{code}" to translate into, {suggest_name(code, known)}')
    return list(wanted) or known


def format_states(content: Content, tree: Tree, language: str, states: Sequence[str]) -> Iterator[str]:
    """Yield a line with a language's counts, and one for each text in these states, with its place."""
    judged = [(judge_translation(content, t), t) for t in list_translations(content, language)]
    counts = Counter(state for state, _ in judged)
    yield f"{language}: " + ", ".join(f"{counts[state]} {state}" for state in get_args(State))
    for state, t in judged:
        if state in states:
            place = tree.find_place(t.loc)
            yield f"  {state:10} {t.id}  {place.path}:{place.line}"


def select_translations(content: Content, languages: Iterable[str], names: Sequence[str]) -> list[Translation]:
    """Return the translations with these ids, or below them; "all" means every one."""
    every = [t for code in languages for t in list_translations(content, code)]
    chosen = []
    for name in names:
        found = [t for t in every if name in {"all", t.id} or t.id.startswith(f"{name}.")]
        if not found:
            hint = suggest_name(name, {t.id for t in every}) or '"translations" lists the names'
            raise SelectionError(f'no text "{name}", {hint}')
        chosen += [t for t in found if t.text]
    return chosen


def list_unmarked(content: Content, translations: Iterable[Translation]) -> list[Translation]:
    """Return the translations that no record says to fit their English as it is now."""
    return [t for t in translations if judge_translation(content, t) not in ("unreviewed", "reviewed")]


def write_reviews(
    content: Content, path: Path, marked: Iterable[Translation], by: str | None = None, month: str | None = None
) -> None:
    """Write the records; those marked fit their English now, and ``by`` has reviewed them in ``month`` (YYYY-MM).

    Records of texts that are gone go too.
    """
    records = {code: dict(known) for code, known in content.reviews.items()}
    for t in marked:
        review = Review(source=hash_text(t.source), text=hash_text(t.text), by=by, month=month if by else None)
        records.setdefault(t.language, {})[t.id] = review
    comments = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    lines = []
    for code in sorted(records.keys() & content.languages.keys()):
        known = [t.id for t in list_translations(content, code) if t.id in records[code]]
        lines += [f"{code}:"] if known else []
        for name in known:
            values = records[code][name].model_dump(exclude_none=True).items()
            pairs = (f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values)
            lines.append(f"  {name}: {{{', '.join(pairs)}}}")
    path.write_text("\n".join([*comments, *(lines or ["{}"])]) + "\n", encoding="utf-8")


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


def import_catalog(content: Content, tree: Tree, folder: Path, path: Path) -> int:
    """Write a PO file's translations into the content and return how many texts changed.

    The content's comments and layout stay. Raises ContentError, and writes nothing, when the PO file is broken or does
    not belong to the present texts, or when the content would then have errors.
    """
    (language,) = list_languages(content, [path.stem])
    entries = _read_catalog(content, language, path)
    changed = {t.loc: str(message.string) for t, message in entries.items() if message.string != t.text}
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / folder.name
        shutil.copytree(folder, copy)
        write_texts(tree, changed, folder, copy)
        new = inspect_content(copy, FONTS)
        if new.content is None:
            raise ContentError(replace(d, path=d.path.replace(str(copy), str(folder), 1)) for d in new.problems)
    write_texts(tree, changed, folder, folder)
    confirmed = {t.id for t, message in entries.items() if not message.fuzzy}
    translated = [t for t in list_translations(new.content, language) if t.id in confirmed]
    if unmarked := list_unmarked(new.content, translated):
        write_reviews(new.content, folder / "reviews.yaml", unmarked)
    return len(changed)


def _read_catalog(content: Content, language: str, path: Path) -> dict[Translation, Message]:
    """Return each translated entry of a PO file by the translation that it is for."""
    known = {t.id: t for t in list_translations(content, language)}
    problems, entries = [], {}
    for message in _parse_catalog(path):
        if not message.id or not message.string:
            continue
        line, name = message.lineno or 1, str(message.context)
        if name not in known:
            hint = suggest_name(name, known)
            problems.append(Diagnostic(str(path), line, 1, "po-unknown", f'the content has no text "{name}"', hint))
        elif message.id != known[name].source:
            told = f'the English of "{name}" has changed since the export'
            problems.append(Diagnostic(str(path), line, 1, "po-outdated", told, "export again"))
        else:
            entries[known[name]] = message
    if problems:
        raise ContentError(problems)
    return entries


def _parse_catalog(path: Path) -> Catalog:
    """Return a PO file's catalog; Babel alone would take a string without an end for a shorter one."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        for number, line in enumerate(text.splitlines(), 1):
            if not PO_LINE.fullmatch(line):
                message, hint = "this line is no PO", 'a text stands between two ", and one inside it is written \\"'
                raise ContentError([Diagnostic(str(path), number, 1, "po-syntax", message, hint, excerpt=line)])
        return read_po(BytesIO(text.encode()), abort_invalid=True)
    except (PoFileError, ValueError, OSError) as error:
        raise ContentError([Diagnostic(str(path), 0, 0, "po-syntax", f"this is not a PO file: {error}")]) from None


def write_texts(tree: Tree, texts: Mapping[Loc, str], source: Path, target: Path) -> None:
    """Write the YAML files of ``source`` that get new texts into ``target``; comments, order and layout stay.

    A key that is not there is added at the end of its mapping.
    """
    parts = defaultdict(list)
    for loc, words in texts.items():
        parts[tree.values[loc[:-1]].path].append(_replace_part(tree, loc, words))
    for path, replaced in parts.items():
        raw = Path(path).read_bytes().decode()
        text = raw.removeprefix("\ufeff").replace("\r\n", "\n")
        for start, end, words in sorted(replaced, reverse=True):
            text = text[:start] + words + text[end:]
        text = text.replace("\n", "\r\n") if "\r\n" in raw else text
        bom = "\ufeff" if raw.startswith("\ufeff") else ""
        (target / Path(path).relative_to(source)).write_bytes((bom + text).encode())


def _replace_part(tree: Tree, loc: Loc, words: str) -> tuple[int, int, str]:
    """Return start and end of the part of the file's text that is replaced, and the new text."""
    parent: Any = tree.nodes[loc[:-1]]
    node, flow = tree.nodes.get(loc), bool(parent.flow_style)
    if node is not None:
        quoted = flow or bool(getattr(node, "style", None))
        return node.start_mark.index, node.end_mark.index, write_scalar(words, quoted)
    last = parent.value[-1][1].end_mark.index
    lead = ", " if flow else "\n" + " " * parent.value[0][0].start_mark.column
    return last, last, f"{lead}{loc[-1]}: {write_scalar(words, flow)}"


def write_scalar(words: str, quoted: bool) -> str:
    """Return words as a YAML value: plain where that reads back as the same text, else between double quotes."""
    if not quoted:
        with suppress(yaml.YAMLError):
            node: Any = yaml.compose(f"key: {words}\n", Loader=yaml.CSafeLoader)
            value = node.value[0][1]
            if (value.value, value.tag) == (words, "tag:yaml.org,2002:str"):
                return words
    return json.dumps(words, ensure_ascii=False)
