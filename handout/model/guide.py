"""The guide: what all handouts share, and the items that they are made of, each with an id."""

from typing import Literal, get_args

from pydantic import Field

from handout.base.diagnostics import Loc
from handout.model.facts import FactDefinitions
from handout.model.texts import Contact, Identifier, Line, Month, PairName, Revision, Strict, Text, WebAddress

SectionName = Literal[
    "why", "numbers", "before", "documents", "branch", "after", "faqs", "warnings", "contacts", "sources"
]
Edition = Literal["standard", "large", "counter"]

# The pictures in templates/icons, always beside words.
Icon = Literal["book-user", "card-sim", "history", "id-card", "phone", "receipt-text", "stamp", "triangle-alert"]


class Item(Strict):
    """Words with an id; ``if_known`` and ``if_unknown`` name operator facts that decide whether it is printed."""

    id: Identifier
    icon: Icon | None = Field(None, description="The picture beside the words.")
    if_known: list[Identifier] = Field([], description="Printed only for operators of which all these facts are known.")
    if_unknown: list[Identifier] = Field(
        [], description="Printed only for operators of which none of these facts is known."
    )


class TextItem(Item):
    """One sentence or two: an action, a tip, a warning, a reason."""

    text: Text


class Step(Item):
    """A step of the way: a heading, the actions to take and tips."""

    phase: Literal["before", "branch", "after"]
    title: Text
    actions: list[TextItem] = Field(min_length=1)
    tips: list[TextItem] = []


class Document(Item):
    """A paper to bring, and for whom."""

    name: Text
    why: Text
    who: Literal["everyone", "foreigner", "citizen", "asked"]


class Option(Strict):
    """One tick box of an answer, a choice or a request; ``blank`` adds a pen blank after it."""

    id: Identifier
    text: Text
    blank: bool = Field(False, description="true: a blank for the pen follows.")


class Ask(Option):
    """One thing to ask for on page 1."""

    instead_of: Identifier | None = Field(
        None, description="The id of what is asked for otherwise: on the phone page one of the two alone is ticked."
    )


class Answer(Item):
    """A question that the staff member answers by ticking."""

    question: Text
    options: list[Option] = Field(min_length=1)


class Faq(Item):
    """A question of the reader and its answer."""

    question: Text
    answer: Text


class FormField(Strict):
    """A blank on the counter page, to write in or to choose from."""

    id: Identifier
    label: Text
    kind: Literal["text", "choice"] = "text"
    options: list[Option] = []
    example: Line | None = None
    hint: Text | None = Field(None, description="Where to find it; shown on a phone while the field is filled in.")
    keyboard: Literal["words", "capitals", "digits", "phone"] = Field(
        "words", description="The keyboard that a phone offers for it."
    )


class Before(Strict):
    """What the reader does before handing page 1 in, in each edition: their pages differ."""

    standard: Text
    large: Text
    counter: Text


class Counter(Strict):
    """Page 1, handed over the counter."""

    request: Text
    to: Text
    asks_title: Text
    asks: list[Ask]
    fields_title: Text
    fields: list[FormField]
    signature: Text
    request_date: Text
    request_date_hint: Text | None = Field(None, description="As the hints of the fields.")
    answers_title: Text
    record_title: Text
    outcomes: list[Option]
    record: list[FormField]
    stamp: Text
    keep: Text
    before: Before
    number_again: Text
    example: Text
    latin: Text


class HelpersWords(Strict):
    """The page for people who print for others."""

    title: Text
    lead: Text
    copies: Text
    booklet: Text
    booklet_note: Text
    news: Text


class SiteWords(Strict):
    """The web pages: where they will be published and whom readers can tell, if that is known, and the start page."""

    address: WebAddress | None = Field(
        None, description="Where the pages are published, such as https://example.org/handouts, or null."
    )
    contact: Contact | None = Field(
        None, description="Where readers tell what is wrong or new: an e-mail address, or one with https://; or null."
    )
    title: Text
    lead: Text
    independent: Text
    privacy: Text
    prefix_note: Text
    helpers: HelpersWords

    def locate(self, path: str) -> str | None:
        """Return the web address of a file, if the guide says where the site will be."""
        return f"{self.address.rstrip('/')}/{path}" if self.address else None


class Change(Strict):
    """What is new on paper in one revision: one line in every language."""

    month: Month = Field(description="When its handouts were first given out.")
    text: Text


class Guide(Strict):
    """What all handouts share: pairs, editions, revision, the counter page, the order of sections."""

    title: Text
    revision: int = Field(ge=1, le=9999, description="Add 1 whenever new handouts are given out.")
    checked: Month = Field(description="The month that every page names as the date of its facts.")
    changes: dict[Revision, Change] = Field(description="What is new in each revision, the newest first.")
    pairs: list[PairName] = Field(
        min_length=1, description="The handouts to make: reader's language, then the staff's."
    )
    editions: list[Edition] = Field(min_length=1)
    paper: Literal["A4", "Letter"] = "A4"
    stale_after_months: int = Field(
        default=12, ge=1, description="Older facts are listed as old and printed with their date."
    )
    facts: FactDefinitions
    counter: Counter
    site: SiteWords
    order: list[SectionName] = Field(description="Each section once; contacts and sources last.")
    sections: dict[SectionName, Text]
    why: list[TextItem]
    numbers_notes: list[TextItem] = Field([], description="Small print above the list of numbers.")
    documents_note: Text
    procedure_note: Text

    def locate_page(self, operator: str, pair: str) -> str | None:
        """Return what leads from paper of this revision to its phone page, if the guide says where the site will be."""
        return self.site.locate(f"{name_page(operator, pair)}#revision-{self.revision}")

    @property
    def has_usual_order(self) -> bool:
        """Tell whether the sections stand as above; in another order those that begin a page would leave one empty."""
        return self.order == list(get_args(SectionName))


def name_page(operator: str, pair: str) -> str:
    """Return the path of a phone page below the output folder; the editions share it."""
    return f"html/{operator}.{pair}.html"


def takes_facts(loc: Loc) -> bool:
    """Tell whether the text at a path may name facts: none on the start page or in the feed, none in a report."""
    return loc[:2] not in {("guide", "site"), ("guide", "changes")} and loc[0] != "reports"
