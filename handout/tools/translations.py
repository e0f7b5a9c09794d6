"""Translations: what is missing, new, stale or unreviewed, and the records of reviews."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from handout.base.diagnostics import SelectionError, suggest_name
from handout.model.content import SOURCE_LANGUAGE, Content, Review
from handout.model.reviews import Translation, list_translations

Records = dict[str, dict[str, Review]]


def list_languages(content: Content, wanted: Sequence[str]) -> list[str]:
    """Return the languages to translate into: those wanted, or all; raises SelectionError for an unknown one."""
    known = sorted(set(content.languages) - {SOURCE_LANGUAGE})
    for code in wanted:
        if code not in known:
            raise SelectionError(f'no language "{code}" to translate into, {suggest_name(code, known)}')
    return list(wanted) or known


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


def write_reviews(content: Content, path: Path, marks: Iterable[tuple[Translation, Review]]) -> None:
    """Write the records with the new marks; records of texts that are gone go too."""
    records: Records = {code: dict(known) for code, known in content.reviews.items()}
    for translation, review in marks:
        records.setdefault(translation.language, {})[translation.id] = review
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    for code in sorted(set(records) & set(content.languages)):
        known = [t.id for t in list_translations(content, code) if t.id in records[code]]
        lines += [f"{code}:", *(f"  {name}: {_write_review(records[code][name])}" for name in known)] if known else []
    lines += [] if any(not line.startswith("#") for line in lines) else ["{}"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_review(review: Review) -> str:
    values = {key: json.dumps(value, ensure_ascii=False) for key, value in review.model_dump(exclude_none=True).items()}
    return "{" + ", ".join(f"{key}: {value}" for key, value in values.items()) + "}"
