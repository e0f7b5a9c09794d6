"""The whole content, as it is typed from the YAML files."""

from pydantic import Field

from handout.model.facts import Source
from handout.model.guide import Answer, Document, Faq, Guide, Step, TextItem
from handout.model.languages import Language, Units
from handout.model.operators import Operator, Regulator
from handout.model.texts import Code, Hash, Identifier, Line, Month, Strict, Text

SOURCE_LANGUAGE = "en"


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
    operators: dict[str, Operator] = Field(min_length=1)
    languages: dict[str, Language] = Field(min_length=1)

    @property
    def units(self) -> Units:
        """Return the units of all languages: a text in one may have those of another."""
        each = [language.units for language in self.languages.values()]
        return Units(**{kind: [word for units in each for word in getattr(units, kind)] for kind in Units.model_fields})
