"""Facts and the sources that they come from."""

from typing import Literal

from pydantic import Field

from handout.model.texts import Code, Identifier, Line, Month, MonthOrDay, PartialDate, Strict, Text, list_strings

# What a source is, the better ones first; the first three have a word on the matter themselves.
SourceKind = Literal["official", "regulator", "law", "press", "data", "guide", "blog"]
FactKind = Literal["phone", "code", "url", "email", "name", "text", "days", "date", "prefixes"]


class Passage(Strict):
    """The words of a page that a fact rests on; only of a page that shows it otherwise, such as in a picture, none."""

    quote: Line | None = Field(None, description="The page's own words, letter for letter and short.")
    lang: Code = Field("en", description="The language of these words, such as km.")
    where: Line | None = Field(None, description='Where in the page they stand, in English, such as "last answer".')
    fixed: Line | None = Field(None, description="An address where these words stay, of a page that changes.")
    read: MonthOrDay | None = Field(None, description="When they were read; the source's own month when left out.")


class Sourced(Strict):
    """What has a source and the month in which it was checked."""

    source: Identifier | list[Identifier] | dict[Identifier, Passage | None] | None = Field(
        None,
        description="The id in sources.yaml of the page that says so, below it the words that say it; or ids alone.",
    )
    checked: Month | None = Field(None, description="The month in which somebody last saw it on that page: YYYY-MM.")

    @property
    def sources(self) -> list[str]:
        """Return the ids of the sources, one or several, in the order given."""
        return [self.source] if isinstance(self.source, str) else list(dict.fromkeys(self.source or []))

    @property
    def passages(self) -> dict[str, Passage]:
        """Return the passages by their sources' ids; a source of which nobody has noted one is left out."""
        given = self.source if isinstance(self.source, dict) else {}
        return {key: passage for key, passage in given.items() if passage}


class Fact(Sourced):
    """A value with its source and the month it was checked, a common fact of the regulator's, or ``unknown: true``."""

    value: Line | list[Line] | Text | None = Field(
        None,
        description="What it is: words, a list of them (not of texts), or, of a text or name, words in every language.",
    )
    common: Identifier | None = Field(
        default=None, description="The regulator's fact that holds for this operator too; a value here goes before it."
    )
    unknown: bool = Field(False, description='true: nobody knows it; a blank with "ask" is printed.')

    @property
    def values(self) -> list[str]:
        """Return the value's strings; a text's are those of all languages."""
        return list_strings(self.value)


class FactDefinition(Strict):
    """A fact that may be used: its kind, its label on paper and the question to ask when it is unknown."""

    kind: FactKind = Field(description="What its value must look like, and how it is printed.")
    label: Text
    ask: Text | None = Field(None, description="The question to ask the operator when nobody knows it.")
    optional: bool = Field(False, description="true: operators may leave it out.")
    common: bool = Field(False, description="true: a fact of the regulator's that an operator may take as its own.")
    answer: Identifier | None = Field(
        default=None,
        description="The answer of answers.yaml by which page 1 asks it, or documents for the papers to bring: "
        "no second blank is printed, and a report may name its boxes or these papers.",
    )


class FactDefinitions(Strict):
    """The facts each operator and the regulator may have."""

    operator: dict[Identifier, FactDefinition]
    regulator: dict[Identifier, FactDefinition]


class Source(Strict):
    """Where a fact comes from."""

    title: Line
    lang: Code = "en"
    publisher: Line
    kind: SourceKind
    url: Line | None
    page_date: PartialDate | None
    read: Month
    note: Line | None = None
