"""The whole content, as it is typed from the YAML files, and which of its translations somebody has reviewed.

A record of a review holds for the words it was made for: when either of the two texts changes, it is stale by itself.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, Field

from handout.base.diagnostics import Loc
from handout.model.facts import Source
from handout.model.guide import Answer, Document, Faq, Guide, Step, TextItem
from handout.model.languages import Language, Units, merge_units
from handout.model.operators import Operator, Regulator
from handout.model.reports import Report
from handout.model.texts import Code, Hash, Identifier, Line, Month, Revision, Strict, Text, walk_texts

SOURCE_LANGUAGE = "en"
PAPERS = "documents"  # what page 1 asks about a fact whose answers are papers
State = Literal["missing", "new", "stale", "unreviewed", "reviewed"]


class Term(Strict):
    """A glossary term: its word in each language, and where that was seen."""

    id: Identifier
    words: Text
    variants: dict[Code, list[Line]] = Field({}, description="Other words seen for it, which are not to be used.")
    also: dict[Code, list[Line]] = Field({}, description="Other forms that are right too, such as a short one.")
    source: Line
    where: Line | None = None


class Review(Strict):
    """Who has looked at one translation, and for which words: parts of both texts' SHA-256."""

    source: Hash
    text: Hash
    by: Line | None = Field(None, description="The native speaker who has reviewed it; nobody yet when left out.")
    month: Month | None = Field(None, description="When it was reviewed.")


class Recorded(Strict):
    """What the handouts of one revision said when they were given out."""

    hash: Hash


class Content(Strict):
    """Everything in ``content/``."""

    guide: Guide
    steps: list[Step]
    documents: list[Document]
    answers: list[Answer]
    faqs: list[Faq]
    warnings: list[TextItem]
    glossary: list[Term]
    sources: dict[Identifier, Source]
    regulator: Regulator
    reviews: dict[Code, dict[str, Review]]
    revisions: dict[Revision, Recorded]
    operators: dict[str, Operator] = Field(min_length=1)
    languages: dict[str, Language] = Field(min_length=1)
    reports: dict[str, Report] = {}

    @property
    def units(self) -> Units:
        """Return the units of all languages: a text in one may have those of another."""
        return merge_units(*(language.units for language in self.languages.values()))

    def list_choices(self, fact: str) -> dict[str, Text]:
        """Return what a report may name as the answer about a fact, by id: papers, or boxes without a blank."""
        asked = self.guide.facts.operator[fact].answer
        if asked == PAPERS:
            added = [document for one in self.operators.values() for document in one.differences.add.documents]
            return {document.id: document.name for document in [*self.documents, *added]}
        options = [option for answer in self.answers if answer.id == asked for option in answer.options]
        return {option.id: option.text for option in options if not option.blank}


@dataclass(frozen=True)
class Translation:
    """One string in one language beside its source; ``text`` is empty where it is missing."""

    id: str
    language: str
    source: str
    text: str
    loc: Loc


def hash_text(text: str) -> str:
    """Return eight hexadecimal digits of a text's SHA-256; how its spaces are set does not matter."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:8]


def list_translations(content: Content, language: str) -> Iterator[Translation]:
    """Yield every string to be translated into ``language``, with a name that stays when items move."""
    for loc, text in walk_texts(content):
        source = text.root.get(SOURCE_LANGUAGE, "")
        yield Translation(_name_text(content, loc), language, source, text.root.get(language, ""), (*loc, language))
    words = content.languages[language].words.model_dump(by_alias=True)
    for key, source in content.languages[SOURCE_LANGUAGE].words.model_dump(by_alias=True).items():
        yield Translation(f"words.{key}", language, source, words[key], ("languages", language, "words", key))


def judge_translation(content: Content, translation: Translation) -> State:
    """Return the review state of one translation."""
    record = content.reviews.get(translation.language, {}).get(translation.id)
    same = record is None and translation.text == translation.source and not translation.id.endswith(".names")
    if not translation.text or same:  # a name may be the same in every language
        return "missing"
    if record is None:
        return "new"
    if (record.source, record.text) != (hash_text(translation.source), hash_text(translation.text)):
        return "stale"
    return "reviewed" if record.by else "unreviewed"


def _name_text(content: Content, loc: Loc) -> str:
    """Return the path with the ids of list entries instead of their numbers."""
    here: Any = content
    names = []
    for part in loc:
        here = getattr(here, str(part)) if isinstance(here, BaseModel) else here[part]
        names.append(getattr(here, "id", str(part)) if isinstance(part, int) else str(part))
    return ".".join(names)
