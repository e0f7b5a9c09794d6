"""Catalogs: translations as gettext PO, on their way to translators and back."""

import datetime as dt
import re
import shutil
import tempfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po

from handout.base.diagnostics import ContentError, Diagnostic, suggest_name
from handout.load.tree import Tree
from handout.model.content import SOURCE_LANGUAGE, Content
from handout.model.reviews import Translation, judge_translation, list_translations, record_translation
from handout.tools.edit import Edits
from handout.tools.translations import list_languages, write_reviews
from handout.validate.inspect import inspect_content

# A comment, an empty line, or a text between quotation marks with or without its keyword.
PO_LINE = re.compile(r'\s*|#.*|(?:msg\w+(?:\[\d+\])? +)?"(?:[^"\\]|\\.)*"\s*')


def export_catalog(content: Content, tree: Tree, language: str, path: Path) -> None:
    """Write one language's translations as PO; what nobody has confirmed for the present words is marked fuzzy."""
    year, month = map(int, content.guide.checked.split("-"))
    dated = dt.datetime(year, month, 1, tzinfo=dt.UTC)
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


def import_catalog(content: Content, tree: Tree, folder: Path, fonts: Path, path: Path) -> int:
    """Write a PO file's translations into the content and return how many texts changed.

    The content's comments and layout stay. Raises ContentError, and writes nothing, when the PO file is broken or does
    not belong to the present texts, or when the content would then have errors.
    """
    (language,) = list_languages(content, [path.stem])
    edits, changed = Edits(tree), 0
    confirmed: set[str] = set()
    for translation, text, fuzzy in _read_catalog(content, language, path):
        if not fuzzy:
            confirmed.add(translation.id)
        if text != translation.text:
            edits.set_text(translation.loc, text)
            changed += 1
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / folder.name
        shutil.copytree(folder, copy)
        edits.write(folder, copy)
        new = inspect_content(copy, fonts)
        if new.content is None:
            raise ContentError(replace(d, path=d.path.replace(str(copy), str(folder), 1)) for d in new.problems)
    edits.write(folder, folder)
    translated = [t for t in list_translations(new.content, language) if t.id in confirmed]
    marks = [t for t in translated if judge_translation(new.content, t) not in ("unreviewed", "reviewed")]
    if marks:
        write_reviews(new.content, folder / "reviews.yaml", [(t, record_translation(t)) for t in marks])
    return changed


def _read_catalog(content: Content, language: str, path: Path) -> list[tuple[Translation, str, bool]]:
    """Return each translated entry of a PO file with its new text and whether it is fuzzy."""
    known = {t.id: t for t in list_translations(content, language)}
    problems, entries = [], []
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
            entries.append((known[name], str(message.string), message.fuzzy))
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
    except (PoFileError, UnicodeDecodeError, ValueError, OSError) as error:
        raise ContentError([Diagnostic(str(path), 0, 0, "po-syntax", f"this is not a PO file: {error}")]) from None
