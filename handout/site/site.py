"""Site: the web pages of the output folder, from which people get from their phone to paper in two taps.

One start page a language and one phone page an operator and language pair; static files that work from any folder,
without a server, without JavaScript and without a network. Everything a page says comes from the content.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import jinja2
from babel.lists import format_list
from markupsafe import Markup

from handout.model.content import Content
from handout.model.facts import Source
from handout.model.languages import Language
from handout.model.operators import Operator
from handout.model.texts import Text
from handout.render.linebreak import prepare_text

ARCHIVE = "handouts.zip"


@dataclass(frozen=True)
class Site:
    """What the web pages are made of: the content, the templates, the bundled fonts and where cut ones are kept."""

    content: Content
    environment: jinja2.Environment
    fonts: Path
    cache: Path

    @property
    def languages(self) -> list[Language]:
        """Return the languages of the start pages: the readers' first; the first one's page is index.html."""
        pairs = [pair.split("-") for pair in self.content.guide.pairs]
        codes = dict.fromkeys([reader for reader, _staff in pairs] + [staff for _reader, staff in pairs])
        return [self.content.languages[code] for code in codes]

    def name_start_page(self, language: Language) -> str:
        """Return the file name of a language's start page."""
        return "index.html" if language == self.languages[0] else f"{language.code}.html"

    def prepare(self, text: Text, language: Language) -> Markup:
        """Return words of the guide that name no fact, as HTML."""
        return prepare_text(text[language.code], language, self.content.units)

    def list_prefix_sources(self, operators: Iterable[Operator], language: Language) -> list[tuple[Source, str]]:
        """Return the sources of these operators' number prefixes, each with the names of those whom it is for."""
        names: dict[str, list[str]] = {}
        for operator in operators:
            for key in operator.facts["prefixes"].sources:
                names.setdefault(key, []).append(operator.names[language.code])
        return [
            (self.content.sources[key], str(format_list(named, "unit", locale=language.locale)))
            for key, named in names.items()
        ]

    def locate(self, path: str) -> str | None:
        """Return the web address of a file, if the guide says where the site will be."""
        address = self.content.guide.site.address
        return f"{address.rstrip('/')}/{path.removesuffix('index.html')}" if address else None
