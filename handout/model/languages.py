"""Languages: fonts, sizes, line breaking and the interface words."""

from functools import lru_cache
from typing import Literal

from pydantic import Field

from handout.model.texts import Brackets, Code, FontFamily, FontFile, LanguageTag, Line, Strict


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


class Units(Strict):
    """Words after a number, in all their forms; no line parts them from it, in a text of any language."""

    periods: list[Line] = Field(
        min_length=1, description="Units of time, such as day and days: periods may not be typed into texts."
    )
    amounts: list[Line] = Field(
        min_length=1, description="Names and signs of currencies: amounts may not be typed into texts."
    )
    counts: list[Line] = Field(min_length=1, description="What else is counted, such as page and pages.")

    def __hash__(self) -> int:  # what a line breaks at is kept by it, and pydantic hashes no lists
        return hash(self.words)

    @property
    def words(self) -> tuple[str, ...]:
        """Return the words of all three kinds."""
        return (*self.periods, *self.amounts, *self.counts)


@lru_cache(maxsize=16)
def merge_units(*each: Units) -> Units:
    """Return the units of several languages as those of one."""
    return Units(**{kind: [word for units in each for word in getattr(units, kind)] for kind in Units.model_fields})


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
    not_known_ask: Line
    scan_site: Line
    scan_regulator: Line
    scan_page: Line
    paper_newest: Line
    paper_older: Line
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
    other_editions: Line
    which_operator: Line
    enter_number: Line
    number_issued: Line
    number_unknown: Line
    all_pdfs: Line
    checksums: Line
    older_revision: Line
    back_to_list: Line
    contents: Line
    show_to_staff: Line
    close: Line
    card_empty: Line
    also_show: Line
    staff_ticks: Line
    kept_here: Line
    clear: Line
    clear_sure: Line
    print_the_pdf: Line
    fill_here: Line
    share_page: Line
    link_copied: Line
    not_kept: Line
    make_page: Line
    made_page: Line
    filled_picture: Line
    save_picture: Line
    save_pdf: Line
    send_pdf: Line
    tick_first: Line
    lacking: Line
    too_long: Line
    mend_fields: Line
    no_network: Line
    needs_web: Line
    page_picture: Line
    pdf_closed: Line
    in_chat: Line
    three_dots: Line
    other_ways: Line
    paste_link: Line
    keep_picture: Line
    copy_link: Line
    copied: Line
    hold_link: Line
    leave_chat: Line
    swipe_back: Line
    for_print_shop: Line
    print_shop: Line
    kind_official: Line
    kind_regulator: Line
    kind_press: Line
    kind_law: Line
    kind_data: Line
    kind_guide: Line
    kind_blog: Line
    reported_cancel: Line
    reported_suspend: Line
    tell_us: Line


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
    sentence_ends: list[Line] = Field(
        min_length=1, description="Signs that end a sentence; . ! and ? do so only before a space or at the end."
    )
    brackets: Brackets
    units: Units
    numerals: list[Line] = Field([], description="Words for numbers that ICU does not know, such as half.")
    articles: list[Line] = Field([], description='Words that say "one" before a unit, such as a and an.')
    phrases: list[Line] = []
    words: Words

    def __hash__(self) -> int:
        return hash(self.code)
