"""The content types: what the YAML files may say, checked by pydantic, refused when unknown."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints

Line = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]
Identifier = Annotated[
    str,
    StringConstraints(pattern="^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=60),
    Field(description="small letters, digits and hyphens, such as keep-receipt"),
]
Code = Annotated[
    str,
    StringConstraints(pattern="^[a-z]{2,3}$"),
    Field(description="a language code of two or three letters, such as km"),
]
Month = Annotated[
    str, StringConstraints(pattern="^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$"), Field(description="a month such as 2026-11")
]
PartialDate = Annotated[
    str,
    StringConstraints(pattern="^(19|20)[0-9]{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"),
    Field(description="a year, month or day, such as 2026, 2026-11 or 2026-11-05"),
]
PairName = Annotated[
    str, StringConstraints(pattern="^[a-z]{2,3}-[a-z]{2,3}$"), Field(description="two language codes, such as zh-km")
]
FontFile = Annotated[
    str,
    StringConstraints(pattern="^[A-Za-z0-9][A-Za-z0-9_-]*[.]ttf$", max_length=100),
    Field(description="the name of a file in templates/fonts, such as NotoSans-Bold.ttf"),
]
FontFamily = Annotated[
    str,
    StringConstraints(pattern="^[A-Za-z0-9]+( [A-Za-z0-9]+)*$", max_length=60),
    Field(description="the name of a font family, such as Noto Sans Khmer"),
]
LanguageTag = Annotated[
    str,
    StringConstraints(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35),
    Field(description="a BCP 47 tag, such as zh-Hans"),
]
Hash = Annotated[str, StringConstraints(pattern="^[0-9a-f]{8}$"), Field(description="eight hexadecimal digits")]
FactKind = Literal["phone", "code", "url", "email", "name", "text", "days", "date", "prefixes"]
SourceKind = Literal["official", "regulator", "press", "law", "data", "guide", "blog"]
Phase = Literal["before", "branch", "after"]
SectionName = Literal[
    "why", "numbers", "before", "documents", "branch", "after", "faqs", "warnings", "contacts", "sources"
]
Edition = Literal["standard", "large", "counter"]
# The pictures in templates/icons, always beside words.
Icon = Literal["book-user", "card-sim", "history", "id-card", "phone", "receipt-text", "stamp", "triangle-alert"]


class Strict(BaseModel):
    """A mapping whose unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(RootModel[dict[Code, Line]]):
    """Words for people: language code -> the same words in that language."""

    model_config = ConfigDict(frozen=True)

    def __getitem__(self, language: str) -> str:
        """Return the words in one language; KeyError when they are missing."""
        return self.root[language]


class Fact(Strict):
    """A value with its source and the month it was checked, a common fact of the regulator's, or ``unknown: true``."""

    value: Line | list[Line] | Text | None = Field(
        default=None, description="What it is: words, a list of them, or a text in every language."
    )
    source: Identifier | list[Identifier] | None = Field(
        default=None, description="The id in sources.yaml of the page that says so, or a list of ids."
    )
    checked: Month | None = Field(
        default=None, description="The month in which somebody last saw it on that page: YYYY-MM."
    )
    common: Identifier | None = Field(
        default=None,
        description="The regulator's fact that holds for this operator too; a value here goes before it.",
    )
    unknown: bool = Field(default=False, description='true: nobody knows it; a blank with "ask" is printed.')

    @property
    def sources(self) -> list[str]:
        """Return the ids of the sources, one or several, in the order given."""
        return [self.source] if isinstance(self.source, str) else list(self.source or [])

    @property
    def values(self) -> list[str]:
        """Return the value's strings; a text's are those of all languages."""
        if isinstance(self.value, Text):
            return list(self.value.root.values())
        return [self.value] if isinstance(self.value, str) else list(self.value or [])


class FactDefinition(Strict):
    """A fact that may be used: its kind, its label on paper and the question to ask when it is unknown."""

    kind: FactKind
    label: Text
    ask: Text | None = Field(default=None, description="The question to ask the operator when nobody knows it.")
    optional: bool = Field(default=False, description="true: operators may leave it out.")
    on_counter_page: bool = Field(
        default=False, description="true: page 1 asks it when it is unknown; no second blank is printed."
    )


class FactDefinitions(Strict):
    """The facts each operator and the regulator may have."""

    operator: dict[Identifier, FactDefinition]
    regulator: dict[Identifier, FactDefinition]


class Item(Strict):
    """Words with an id; ``if_known`` and ``if_unknown`` name operator facts that decide whether it is printed."""

    id: Identifier
    icon: Icon | None = Field(default=None, description="The picture beside the words.")
    if_known: list[Identifier] = Field(
        default=[], description="Printed only for operators of which all these facts are known."
    )
    if_unknown: list[Identifier] = Field(
        default=[], description="Printed only for operators of which none of these facts is known."
    )


class TextItem(Item):
    """One sentence or two: an action, a tip, a warning, a reason."""

    text: Text


class Step(Item):
    """A step of the way: a heading, the actions to take and tips."""

    phase: Phase
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
    blank: bool = Field(default=False, description="true: a blank for the pen follows.")


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
    asks: list[Option]
    fields_title: Text
    fields: list[FormField]
    answers_title: Text
    record_title: Text
    record: list[FormField]
    stamp: Text
    keep: Text
    before: Before
    number_again: Text
    example: Text


class Site(Strict):
    """The web pages: where they will be published, if that is known, and what the start page says."""

    address: Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+$")] | None = None
    title: Text
    lead: Text
    independent: Text
    privacy: Text
    prefix_note: Text


class Guide(Strict):
    """What all handouts share: pairs, editions, revision, the counter page, the order of sections."""

    title: Text
    revision: int = Field(ge=1, description="Add 1 whenever new handouts are given out.")
    checked: Month = Field(description="The month that every page names as the date of its facts.")
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
    site: Site
    order: list[SectionName]
    sections: dict[SectionName, Text]
    why: list[TextItem]
    numbers_notes: list[TextItem] = Field(default=[], description="Small print above the list of numbers.")
    documents_note: Text
    procedure_note: Text


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


class Term(Strict):
    """A glossary term: its word in each language, and where that was seen."""

    id: Identifier
    words: Text
    variants: dict[Code, list[Line]] = Field(
        default={}, description="Other words seen for it, which are not to be used."
    )
    also: dict[Code, list[Line]] = Field(default={}, description="Other forms that are right too, such as a short one.")
    source: Line
    where: Line | None = None


class Regulator(Strict):
    """The regulator's names and facts."""

    names: Text
    short: Text
    facts: dict[Identifier, Fact]


class Addition(Strict):
    """Items of one operator alone; each goes to the end of its list, or after the item named in ``after``."""

    faqs: list[AddedFaq] = []
    warnings: list[AddedWarning] = []
    documents: list[AddedDocument] = []
    steps: list[AddedStep] = []


class AddedFaq(Faq):
    """A question of one operator's handouts alone."""

    after: Identifier | None = Field(
        default=None, description="The id of the item that it follows; the end when left out."
    )


class AddedWarning(TextItem):
    """A warning of one operator's handouts alone."""

    after: Identifier | None = Field(
        default=None, description="The id of the item that it follows; the end when left out."
    )


class AddedDocument(Document):
    """A paper that one operator alone asks for."""

    after: Identifier | None = Field(
        default=None, description="The id of the item that it follows; the end when left out."
    )


class AddedStep(Step):
    """A step that one operator alone has."""

    after: Identifier | None = Field(
        default=None, description="The id of the item that it follows; the end when left out."
    )


class Replacement(Strict):
    """New words for a common item; the keys must be ones that the item has."""

    text: Text | None = None
    title: Text | None = None
    question: Text | None = None
    answer: Text | None = None
    name: Text | None = None
    why: Text | None = None


class Differences(Strict):
    """How one operator's handouts differ from the common guide."""

    leave_out: list[Identifier] = Field(
        default=[], description="Ids of common items that are not printed for this operator."
    )
    replace: dict[Identifier, Replacement] = Field(
        default={}, description="Id of a common item: the words printed instead."
    )
    add: Addition = Addition()


class Operator(Strict):
    """One operator: names, status, facts, and differences from the common guide."""

    id: Identifier
    names: Text
    status: Literal["operating", "unconfirmed"] = Field(
        description="unconfirmed: no recent source says that it operates."
    )
    notice: Text | None = Field(default=None, description="A warning that page 1 of its handout prints.")
    facts: dict[Identifier, Fact]
    differences: Differences = Differences()


class Font(Strict):
    """A bundled font family: file names below templates/fonts."""

    family: FontFamily
    regular: FontFile
    bold: FontFile


class Sizes(Strict):
    """Type sizes in points."""

    standard: float = Field(ge=6, le=40)
    large: float = Field(ge=14, le=60)
    caption: float = Field(ge=8.5, le=20)


class Words(Strict):
    """The interface words of one language; {braces} name what is put in."""

    page_of: Line
    revision: Line
    checked: Line
    as_of: Line
    unreviewed: Line
    ask: Line
    or_: Line = Field(alias="or")
    source_form: Line
    who_everyone: Line
    who_foreigner: Line
    who_citizen: Line
    who_asked: Line
    number_of_operator: Line
    not_known_ask: Line
    scan_site: Line
    scan_regulator: Line
    standard: Line
    counter: Line
    large: Line
    skip: Line
    languages: Line
    use_language: Line
    choose_operator: Line
    unconfirmed: Line
    picture: Line
    pages_count: Line
    download: Line
    open_pdf: Line
    read_on_phone: Line
    which_operator: Line
    enter_number: Line
    number_issued: Line
    number_unknown: Line
    all_pdfs: Line
    checksums: Line
    back_to_list: Line
    contents: Line
    show_to_staff: Line
    close: Line
    also_show: Line
    staff_ticks: Line
    kept_here: Line
    clear: Line
    print_the_pdf: Line
    kind_official: Line
    kind_regulator: Line
    kind_press: Line
    kind_law: Line
    kind_data: Line
    kind_guide: Line
    kind_blog: Line


class Language(Strict):
    """One language: its name, CLDR locale, font, sizes, line breaking and interface words."""

    code: Code
    locale: Line
    bcp47: LanguageTag
    name: Line
    font: Font
    size: Sizes
    leading: float = Field(ge=1, le=3)
    measure: float = Field(ge=0.5, le=2)
    breaking: Literal["dictionary", "ideographic", "words"]
    sentence_space: Literal["", " "] = " "
    phrases: list[Line] = []
    words: Words


class Review(Strict):
    """Who has looked at one translation, and for which words: parts of both texts' SHA-256."""

    source: Hash
    text: Hash
    by: Line | None = Field(
        default=None, description="The native speaker who has reviewed it; nobody yet when left out."
    )
    month: Month | None = Field(default=None, description="When it was reviewed.")


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
