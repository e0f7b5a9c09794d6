"""Phone page: one handout for the screen."""

from typing import Any

from markupsafe import Markup

from handout.model.facts import FactDefinition
from handout.plan.handouts import Handout, MadeHandout
from handout.render.facts import FactPrinter
from handout.render.linebreak import keep_together
from handout.render.page import HandoutPage
from handout.site.site import Site

# The kinds of facts that are links on a screen, with the scheme of their addresses.
SCHEMES = {"phone": "tel", "email": "mailto"}


class PhoneFacts(FactPrinter):
    """Facts for the screen: telephone numbers and e-mail addresses are links."""

    def mark_value(self, value: str, definition: FactDefinition) -> Markup:
        """Return one value of a fact as HTML."""
        if definition.kind not in SCHEMES:
            return super().mark_value(value, definition)
        scheme, address = SCHEMES[definition.kind], value.replace(" ", "")
        return Markup('<a href="{}:{}">{}</a>').format(scheme, address, keep_together(value))


class PhonePage(HandoutPage):
    """A handout for the screen."""

    make_facts = PhoneFacts


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
        made=made, alternates=alternates, data=describe_steps(page),
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
