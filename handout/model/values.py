"""Values: the kinds of strings that the content's files may have, and texts in several languages."""

from typing import Annotated, Any

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
Brackets = Annotated[
    str,
    StringConstraints(pattern=r"^ ?[^\s{}]+\{\}[^\s{}]+$", max_length=10),
    Field(description='brackets around {}, with the space before them, such as " ({})"'),
]
Hash = Annotated[str, StringConstraints(pattern="^[0-9a-f]{8}$"), Field(description="eight hexadecimal digits")]
# Those whose form a pattern says, and a description for editors.
FORMS: tuple[Any, ...] = (
    Identifier,
    Code,
    Month,
    PartialDate,
    PairName,
    FontFile,
    FontFamily,
    LanguageTag,
    Brackets,
    Hash,
)


class Strict(BaseModel):
    """A mapping whose unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(RootModel[dict[Code, Line]]):
    """Words for people: language code -> the same words in that language."""

    model_config = ConfigDict(frozen=True)

    def __getitem__(self, language: str) -> str:
        """Return the words in one language; KeyError when they are missing."""
        return self.root[language]
