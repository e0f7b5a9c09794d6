"""Phone page: one handout for the screen."""

from typing import Any

from markupsafe import Markup

from handout.model.facts import Fact, FactDefinition
from handout.model.languages import Language
from handout.plan.handouts import Handout, MadeHandout
from handout.render.formats import format_size
from handout.render.linebreak import keep_together
from handout.render.page import HandoutPage
from handout.site.site import Site

# The kinds of facts that are links on a screen, with the scheme of their addresses.
SCHEMES = {"phone": "tel", "email": "mailto"}


class PhonePage(HandoutPage):
    """A handout for the screen: telephone numbers and e-mail addresses are links."""

    def _format_fact(
        self, fact: Fact, definition: FactDefinition, language: Language, between: Markup | None = None
    ) -> Markup:
        if fact.unknown or definition.kind not in SCHEMES:
            return super()._format_fact(fact, definition, language, between)
        self._cite_fact(fact, definition)
        link, scheme = Markup('<a href="{}:{}">{}</a>'), SCHEMES[definition.kind]
        links = [link.format(scheme, value.replace(" ", ""), keep_together(value)) for value in fact.values]
        return (between or self._say_or(language)).join(links) + self._date_fact(fact, language)


def render_phone_page(site: Site, made: MadeHandout) -> str:
    """Return the HTML of one handout for the screen, without its fonts."""
    page = PhonePage(site.content, made.handout)
    alternates: dict[str, str] = {}
    for pair in site.content.guide.pairs:
        reader, staff = pair.split("-")
        alternates.setdefault(reader, Handout(page.operator.id, reader, staff, "standard").html.removeprefix("html/"))
    alternates[page.reader.code] = made.handout.html.removeprefix("html/")
    return site.environment.get_template("site/handout.html.j2").render(
        site=site, guide=site.content.guide, language=page.reader, path=made.handout.html, root="../", page=page,
        made=made, alternates=alternates, format_size=format_size, data=describe_steps(page),
    )  # fmt: skip


def describe_steps(page: HandoutPage) -> dict[str, Any]:
    """Return a phone page's structured data: the steps as a schema.org HowTo in the reader's language."""
    guide, language = page.content.guide, page.reader
    steps = [
        {
            "@type": "HowToStep",
            "name": page.plain(step.title, language),
            "text": language.sentence_space.join(page.plain(action.text, language) for action in step.actions),
        }
        for step in page.guide.steps
    ]
    return {
        "@context": "https://schema.org",
        "@type": "HowTo",
        "name": page.plain(guide.title, language),
        "inLanguage": language.bcp47,
        "step": steps,
    }
