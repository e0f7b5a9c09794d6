"""All that is made of a content for people to read, as HTML: paper, phone pages, worksheets and start pages."""

from pathlib import Path

from handout.base.paths import FONTS, TEMPLATES
from handout.plan.handouts import MadeHandout, plan_handouts
from handout.render.page import HandoutPage, make_environment, render_handout
from handout.site.pages import Site, render_helpers_page, render_phone_page, render_start_page
from handout.tools.worksheet import render_worksheet

ENVIRONMENT = make_environment(TEMPLATES)


def render_pages(content, operators=(), pairs=(), today="2026-11"):
    """Return the pages of these operators and pairs, or of all, in one edition, by kind and handout or language."""
    site = Site(content, ENVIRONMENT, FONTS, Path())
    made = [MadeHandout(h, 4, 1, "", []) for h in plan_handouts(content, operators, pairs, content.guide.editions[:1])]
    pages = {}
    for one in made:
        pages["paper", one.handout.id] = render_handout(ENVIRONMENT, HandoutPage(content, one.handout))
        pages["phone", one.handout.id] = render_phone_page(site, one)
        pages["worksheet", one.handout.id] = render_worksheet(ENVIRONMENT, content, one.handout, today)
    sizes = {one.handout.preview: (1, 1) for one in made}
    for language in site.languages:
        pages["start", language.code] = render_start_page(site, language, made, sizes, 1)
        pages["helpers", language.code] = render_helpers_page(site, language, made, (), 1)
    return pages
