"""Page: one handout as HTML, a text that can be read and compared; and the environment of all templates."""

import re
from collections.abc import Collection, Iterator
from functools import cache, cached_property
from pathlib import Path

import jinja2
from markupsafe import Markup

from handout.model.content import Content
from handout.model.languages import Language
from handout.model.texts import OTHERS, Text, find_unnamed, split_markup
from handout.plan.guide import OperatorGuide, find_unreviewed, resolve_guide
from handout.plan.handouts import Handout, Spacing
from handout.plan.reports import Reported
from handout.render.facts import LONGEST, Citations, Contact, FactPrinter, format_cited, format_values
from handout.render.formats import (
    add_territory,
    draw_qr,
    format_month,
    format_size,
    list_values,
    make_url,
    mark_address,
    name_host,
    name_languages,
)
from handout.render.linebreak import fill_phrase, join_kept, keep_together, part_ending, prepare_sentence, prepare_text
from handout.render.reports import choose_reports, format_measured

# Sections of the standard edition that begin a page of A4 in the usual order: at the branch, when in doubt.
OPENINGS = ("documents", "faqs")


class HandoutPage:
    """What a template sees of one handout: its words in either language, its facts and its citations.

    ``printed`` are the texts that it was asked for, each with the code of its language and as it was printed.
    """

    def __init__(
        self, content: Content, handout: Handout, spacing: Spacing = "normal", *, on_screen: bool = False
    ) -> None:
        self.content, self.handout, self.spacing, self.units = content, handout, spacing, content.units
        self.guide: OperatorGuide = resolve_guide(content, handout.operator)
        self.operator = self.guide.operator
        self.reader: Language = content.languages[handout.reader]
        self.staff: Language = content.languages[handout.staff]
        self.both = (self.reader, self.staff)
        self.citations = Citations()
        reported = choose_reports(content, self.guide, handout.edition if not on_screen else "", spacing)
        self.facts = FactPrinter(content, self.operator, self.citations, reported, on_screen=on_screen)
        self.printed: list[tuple[Text, str, Markup]] = []

    @property
    def openings(self) -> list[str]:
        """Return what begins a page on paper: what follows the counter page, and some sections."""
        edition, order = self.handout.edition, self.content.guide.order
        if edition == "counter":
            return []
        first = "notice" if edition == "large" and self.operator.notice else order[0]
        has_pages = edition == "standard" and self.content.guide.paper == "A4" and self.content.guide.has_usual_order
        return [first, *(name for name in order[1:] if has_pages and name in OPENINGS)]

    @property
    def web_address(self) -> str | None:
        """Return what leads from paper to the phone page, if the guide says where the site will be."""
        return self.content.guide.locate_page(self.handout.operator, self.handout.pair)

    def list_contacts(self) -> Iterator[Contact]:
        """Yield what is scanned from paper: the handout's own page, if it is on the web, and the official sites."""
        if self.web_address:
            yield Contact("scan_page", self.web_address, None)
        yield from self.facts.list_contacts()

    def words(self, text: Text, language: Language, sources: Collection[int] = ()) -> Markup:
        """Return a text in one language as HTML: bold, facts filled in, line breaks allowed or forbidden.

        Sources of the facts are named at the end of their sentence, with a word where none is official, except those
        that the list of numbers names; ``sources`` are the numbers of those that the whole text relies on, named at the
        end of the first sentence.
        """
        pieces: list[Markup] = []
        sentence_end = match_sentence_end(tuple(language.sentence_ends))
        cited = dict.fromkeys(sources, "")
        runs = list(split_markup(self._name_others(text[language.code], language)))
        for number, (kind, value, bold) in enumerate(runs, 1):
            rest, shape = value, Markup("<strong>{}</strong>") if bold else Markup("{}")
            if kind == "placeholder":
                pieces += map(shape.format, self._fill_placeholder(value, language))
                found = self._cite_in_text(value, language)
                cited |= {number: word or cited.get(number, "") for number, word in found.items()}
                continue
            if cited and (end := sentence_end.search(value)):
                before, rest = value[: end.start()], value[end.start() :]
                # A line does not begin with the number.
                if before:
                    pieces += map(shape.format, part_ending(before, language, self.units))
                pieces.append(keep_together(pieces.pop() + format_cited(cited)))
                cited = {}
            last = number == len(runs)
            pieces.append(shape.format(prepare_sentence(rest, language, self.units, last=last)))
        if cited:
            pieces.append(format_cited(cited))
        words = Markup("").join(pieces)
        self.printed.append((text, language.code, words))
        return words

    def plain(self, text: Text, language: Language) -> str:
        """Return a text in one language without markup or break aids, as attributes need it."""
        return "".join(
            value if kind == "words" else self._fill_plain(value, language)
            for kind, value, _bold in split_markup(self._name_others(text[language.code], language))
        )

    def label(self, text: Text) -> str:
        """Return a text in both languages for a field's tooltip."""
        return " / ".join(self.plain(text, language) for language in self.both)

    def phrase(self, language: Language, key: str, **values: object) -> Markup:
        """Return an interface word with its {braces} filled in."""
        return fill_phrase(language, key, self.units, **values)

    def report(self, reported: Reported, language: Language) -> Markup:
        """Return an answer that customers had, with their number and its newest month."""
        words = [
            self.words(part, language) if isinstance(part, Text) else format_measured(part, language)
            for part in reported.answer
        ]
        if len(words[-1].striptags()) <= LONGEST:
            words[-1] = keep_together(words[-1])  # or its last letter may have a line of its own
        month, key = format_month(reported.month, language.locale), f"reported_{reported.asked}"
        answer = Markup(list_values(words, language.locale))  # noqa: S704  (all words are escaped)
        return self.phrase(language, key, count=reported.customers, month=month, answer=answer)

    @cached_property
    def unreviewed(self) -> list[Language]:
        """Return the languages of this handout whose words no native speaker has reviewed."""
        return find_unreviewed(self.content, self.guide, self.both)

    def bcp47(self, code: str) -> str:
        """Return the BCP 47 tag of a language code; the code itself for one without a file."""
        return self.content.languages[code].bcp47 if code in self.content.languages else code

    def foreign(self, words: str, code: str) -> Markup:
        """Return words that are quoted in their own language, such as a source's title."""
        language = self.content.languages.get(code)
        return prepare_text(words, language, self.units) if language else Markup.escape(words)

    def cite_guide(self) -> list[int]:
        """Return the number of the general guide that the procedure comes from."""
        return self.citations.cite(key for key, source in self.content.sources.items() if source.kind == "guide")

    def _name_others(self, words: str, language: Language) -> str:
        """Return a text with the names of the operators that it does not have, for ``{{ operators.others }}``.

        Where it has all, the sign before goes too.
        """
        if not OTHERS.search(words):
            return words
        names = find_unnamed(words, (operator.names[language.code] for operator in self.content.operators.values()))
        if not names:
            return re.sub(rf"[,、]? *{OTHERS.pattern}", "", words)
        return OTHERS.sub(list_values(names, language.locale).replace("\\", r"\\"), words)

    def _fill_placeholder(self, raw: str, language: Language) -> list[Markup]:
        """Return what a placeholder stands for as one piece, a text in two, the last of which no line may break."""
        filling = self.facts.look_up(raw)
        if isinstance(filling, Text):
            words = filling[language.code]
            phrases = (words,) if words.isascii() and " " not in words else None
            return [prepare_text(words, language, self.units, phrases)]
        return self.facts.format(filling, language)

    def _cite_in_text(self, raw: str, language: Language) -> dict[int, str]:
        """Return the numbers of the sources of a fact inside a text with their word, none if they stand elsewhere."""
        filling = self.facts.look_up(raw)
        if isinstance(filling, Text) or filling.fact.unknown or self.facts.is_in_list(filling.fact):
            return {}
        return {} if self.handout.edition == "counter" else self.facts.cite(filling.fact, language)

    def _fill_plain(self, raw: str, language: Language) -> str:
        filling = self.facts.look_up(raw)
        if isinstance(filling, Text):
            return filling[language.code]
        return " / ".join(format_values(filling, language)) or "…"


@cache
def match_sentence_end(ends: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for the signs that end a sentence; numbers and addresses have the ASCII ones inside, too."""
    return re.compile("|".join(re.escape(end) + r"(?=\s|$)" * end.isascii() for end in ends))


@cache
def make_environment(templates: Path) -> jinja2.Environment:
    """Return the strict environment: undefined names are errors, everything is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    functions = (add_territory, draw_qr, format_cited, format_month, format_size, keep_together, make_url, mark_address)
    environment.globals |= {function.__name__: function for function in (*functions, name_host, name_languages)}
    return environment


def render_handout(environment: jinja2.Environment, page: HandoutPage) -> str:
    """Return the HTML of one handout for paper; its page for the screen is made by site."""
    return join_kept(environment.get_template("handout.html.j2").render(page=page, guide=page.content.guide))
