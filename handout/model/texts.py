"""Texts in several languages: the forms of their strings, their inline markup, and a walk over all of them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints

from handout.base.diagnostics import Loc
from handout.fonts.khmer import COENG, SIGN

PLACEHOLDER = re.compile(r"\{\{ ?([a-z_]+)\.([a-z_]+) ?\}\}")
OTHERS = re.compile(r"\{\{ ?operators\.others ?\}\}")  # the operators that a text does not name itself
PARTS = re.compile(r"(\{\{.*?\}\}|\*\*)", re.DOTALL)
_LATIN = "A-Za-z\u00c0-\u052f\u1e00-\u1fff"  # Greek and Cyrillic too
# A word begins or ends here: outside it is no such letter beside one of its own, and no part of a Khmer cluster.
WORD_START = f"(?:(?<![{_LATIN}])(?=[{_LATIN}])|(?<!{COENG})(?![{_LATIN}]))"
WORD_END = f"(?![{_LATIN}{COENG}{SIGN}])"
FORMS: dict[str, str] = {}  # what each pattern below asks for, in an editor's words


def _set_form(pattern: str, words: str, max_length: int | None = None) -> Any:
    FORMS[pattern] = words
    return Field(pattern=pattern, max_length=max_length, description=words)


def find_example(pattern: str) -> str:
    """Return a string that has one of the FORMS."""
    return FORMS[pattern].rpartition("such as ")[2].partition(",")[0].strip('"')


Line = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]
Identifier = Annotated[
    str, _set_form("^[a-z0-9]+([-_][a-z0-9]+)*$", "small letters, digits and hyphens, such as keep-receipt", 60)
]
Code = Annotated[str, _set_form("^[a-z]{2,3}$", "a language code of two or three letters, such as km")]
Month = Annotated[str, _set_form("^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$", "a month such as 2026-11")]
MonthOrDay = Annotated[
    str,
    _set_form(
        "^(19|20)[0-9]{2}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?$",
        "a month or day, such as 2026-11, or 2026-11-05",
    ),
]
PartialDate = Annotated[
    str,
    _set_form(
        "^(19|20)[0-9]{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$",
        "a year, month or day, such as 2026, 2026-11 or 2026-11-05",
    ),
]
Revision = Annotated[str, _set_form("^[1-9][0-9]{0,3}$", "the number of a revision, such as 3")]
PairName = Annotated[str, _set_form("^[a-z]{2,3}-[a-z]{2,3}$", "two language codes, such as zh-km")]
FontFile = Annotated[
    str,
    _set_form(
        "^[A-Za-z0-9][A-Za-z0-9_-]*[.]ttf$", "the name of a file in templates/fonts, such as NotoSans-Bold.ttf", 100
    ),
]
FontFamily = Annotated[
    str, _set_form("^[A-Za-z0-9]+( [A-Za-z0-9]+)*$", "the name of a font family, such as Noto Sans Khmer", 60)
]
LanguageTag = Annotated[str, _set_form("^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", "a BCP 47 tag, such as zh-Hans", 35)]
Brackets = Annotated[
    str, _set_form(r"^ ?[^\s{}]+\{\}[^\s{}]+$", 'brackets around {}, with the space before them, such as " ({})"', 10)
]
WebAddress = Annotated[
    str,
    _set_form(
        r"^https?://[A-Za-z0-9_.~:/@!$&'()*+,;=%-]+$",
        "an address without signs of other scripts, such as https://example.org/handouts",
    ),
]
Contact = Annotated[
    str,
    _set_form(
        "^([A-Za-z0-9_.+-]+@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+|"
        "https://[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+(:[0-9]{1,5})?(/[!#-;=?-~]*)?)$",
        "an e-mail address or an address with https://, such as https://example.org/report",
        100,
    ),
]
Hash = Annotated[str, _set_form("^[0-9a-f]{8}$", "eight hexadecimal digits, such as 0123abcd")]


class Strict(BaseModel):
    """A mapping whose unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(RootModel[dict[Code, Line]]):
    """Words for people: language code -> the same words in that language."""

    model_config = ConfigDict(frozen=True)

    def __getitem__(self, language: str) -> str:
        """Return the words in one language; KeyError when they are missing."""
        return self.root[language]


def list_strings(value: str | Sequence[str] | Text | None) -> list[str]:
    """Return the strings of a value: itself, those of a list, or a text's in all languages."""
    if isinstance(value, Text):
        return list(value.root.values())
    return [value] if isinstance(value, str) else list(value or [])


def walk_models(value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, BaseModel]]:
    """Yield every model below (and including) a model, mapping or list, with its path by the keys of the files."""
    children: Any = ()
    if isinstance(value, BaseModel):
        yield loc, value
        children = ((key, getattr(value, name)) for key, name in _list_fields(type(value)))
    elif isinstance(value, dict):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    for key, part in children:
        if isinstance(part, (BaseModel, dict, list)):
            yield from walk_models(part, (*loc, key))


@cache
def _list_fields(kind: type[BaseModel]) -> list[tuple[str, str]]:
    """Return the fields of a kind of model, each with its key in the files; of a text none."""
    return [(info.alias or name, name) for name, info in kind.model_fields.items() if kind is not Text]


def walk_texts(value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, Text]]:
    """Yield every Text below a model, mapping or list, with its path."""
    yield from ((where, model) for where, model in walk_models(value, loc) if isinstance(model, Text))


class Run(NamedTuple):
    """A part of a text in one style: words, or a raw ``{{ placeholder }}``."""

    kind: Literal["words", "placeholder"]
    text: str
    bold: bool


def split_markup(text: str) -> Iterator[Run]:
    """Yield the runs of a text in order."""
    bold = False
    for part in PARTS.split(text):
        if part == "**":
            bold = not bold
        elif part:
            yield Run("placeholder" if part.startswith("{{") else "words", part, bold)


def list_placeholders(text: str) -> list[str]:
    """Return the raw placeholders of a text, sorted."""
    return sorted(run.text for run in split_markup(text) if run.kind == "placeholder")


def join_words(words: Iterable[str]) -> str:
    """Return a regular expression for any of the words, the longest that fits; for none it never matches."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)"


def match_words(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, whole; it tries no shorter one afterwards, which would take ages."""
    return f"(?>{WORD_START}(?:{join_words(words)}){WORD_END})"


def find_unnamed(text: str, names: Iterable[str]) -> list[str]:
    """Return the names that a text does not have; Smart is not in Smartphone, nor in Smart Plus if that is a name."""
    found = set(re.findall(match_words(names := list(names)), text))
    return [name for name in names if name not in found]


def join_units(words: Iterable[str]) -> str:
    """Return a regular expression for any of the units; "day" is none in "daylight"."""
    return f"(?:{join_words(words)}){WORD_END}"
