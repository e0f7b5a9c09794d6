"""Translations: their states, and the records of who has looked at them."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import get_args

from handout.base.diagnostics import SelectionError, suggest_name
from handout.base.files import replace_file
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
from handout.tools.explain import locate_names

WORK: tuple[State, ...] = ("missing", "new", "stale")


def list_languages(content: Content, wanted: Sequence[str]) -> list[str]:
    """Return the languages to translate into: those wanted, or all; raises SelectionError for an unknown one."""
    known = sorted(set(content.languages) - {SOURCE_LANGUAGE})
    for code in wanted:
        if code not in known:
            raise SelectionError(f'no language "{code}" to translate into, {suggest_name(code, known)}')
    return list(wanted) or known


def count_states(content: Content) -> str:
    """Return "translations: 1 new, 2 stale" about all languages, or nothing when none needs work."""
    languages = list_languages(content, ())
    counts = Counter(judge_translation(content, t) for code in languages for t in list_translations(content, code))
    found = ", ".join(f"{counts[state]} {state}" for state in WORK if counts[state])
    return found and f"translations: {found}"


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
    """Return the translations that are meant by names as ``explain`` takes them, or below these; "all" is every one."""
    every, places = [t for code in languages for t in list_translations(content, code)], locate_names(content)
    chosen = []
    for name in names:
        below = places.get(name, [])
        named = [t for t in every if name in {"all", t.id} or t.id.startswith(f"{name}.")]
        found = named or [t for t in every for loc in below if t.loc[: len(loc)] == loc]
        if not found:
            hint = "it has none" if below else suggest_name(name, places) or '"translations" lists the names'
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
    replace_file(path, ("\n".join([*comments, *(lines or ["{}"])]) + "\n").encode())


def delete_reviews(content: Content, path: Path, unmarked: Iterable[Translation]) -> int:
    """Write the records without those of some texts, and return how many are gone."""
    gone = {(t.language, t.id) for t in unmarked if t.id in content.reviews.get(t.language, {})}
    known = content.reviews.items()
    kept = {code: {name: one for name, one in each.items() if (code, name) not in gone} for code, each in known}
    write_reviews(content.model_copy(update={"reviews": kept}), path, ())
    return len(gone)
