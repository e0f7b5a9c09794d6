"""Dates, periods, sizes and lists come out in every language that CLDR knows, whatever it lacks there."""

import re

import pytest
from babel.localedata import locale_identifiers

from handout.base.paths import FONTS, TEMPLATES
from handout.plan.handouts import MadeHandout, plan_handouts
from handout.render.formats import format_days, format_month, format_size, list_values, name_languages
from handout.render.page import HandoutPage, make_environment, render_handout
from handout.site.pages import Site, render_phone_page, render_start_page
from handout.validate.inspect import validate_content

LOCALES = sorted(locale_identifiers())
COUNTS = (0, 1, 2, 3, 5, 11, 21, 100)


def test_every_locale_formats_every_value(frozen_content):
    """No locale that a language file may name ends a build, and none gives the name of a unit instead of a unit."""
    languages = list(frozen_content.languages.values())
    for locale in LOCALES:
        language = languages[0].model_copy(update={"locale": locale})
        words = [format_days(count, locale) for count in COUNTS]
        words += [format_size(count * size, locale) for count in COUNTS for size in (1, 1000, 100_000)]
        words += [format_month(month, locale) for month in ("2026", "2026-11", "2026-11-27")]
        words += [list_values(["a", "b", "c", "d"][:count], locale) for count in range(1, 5)]
        words.append(name_languages(languages, language))
        assert all(words), locale
        assert not any(name in word for word in words for name in ("duration", "digital", "{")), locale
        assert re.fullmatch(r"012\D+017\D+018", list_values(["012", "017", "018"], locale)), locale


@pytest.mark.parametrize(
    ("locale", "listed"),
    [
        ("en", "a, b, c"),
        ("de", "a, b, c"),
        ("zh_Hans", "a、b、c"),
        ("ja", "a、b、c"),
        ("km", "a, b, c"),
        ("ar", "a وb وc"),
    ],
)
def test_values_are_listed_as_the_locale_does(locale, listed):
    """Values that a reader has to tell apart have the locale's own sign between them."""
    assert list_values(["a", "b", "c"], locale) == listed


@pytest.mark.parametrize("locale", ["aa", "root", "smj"])
@pytest.mark.parametrize("code", ["qaa", "tlh", "km"])
def test_language_without_a_name_has_its_own(frozen_content, locale, code):
    """A language that CLDR does not name in another one is named as its own file does, and marked as its own."""
    km = frozen_content.languages["km"]
    named = km.model_copy(update={"code": code})
    words = name_languages([named], km.model_copy(update={"locale": locale}))
    assert words == f'<span lang="km">{km.name}</span>'


@pytest.mark.parametrize(("code", "locale"), [("qaa", "km"), ("tlh", "de"), ("zh", "aa")])
def test_pages_of_a_language_that_cldr_does_not_name(content_copy, tmp_path, code, locale):
    """Paper, phone and start pages come out for a language without a name in CLDR, and for a locale without any."""
    (content_copy / "languages" / "zh.yaml").rename(content_copy / "languages" / f"{code}.yaml")
    for path in content_copy.rglob("*.yaml"):
        text = re.sub(r"(?m)\bzh(?=: |-km|-en|$)", code, path.read_text("utf-8"))
        path.write_text(text.replace("locale: zh_Hans\n", f"locale: {locale}\n"), "utf-8")
    content, environment = validate_content(content_copy, FONTS), make_environment(TEMPLATES)
    site, own = Site(content, environment, FONTS, tmp_path), content.languages[code]
    assert own.locale == locale
    made = [MadeHandout(handout, 4, 9, "", []) for handout in plan_handouts(content)]
    for one in made:
        assert render_handout(environment, HandoutPage(content, one.handout))
        other = content.languages[one.handout.staff]
        if one.handout.reader == code:
            named = name_languages([other], own)
            assert own.words.also_show.format(language=named) in render_phone_page(site, one)
    for language in site.languages:
        assert own.name in render_start_page(site, language, made, {one.handout.preview: (1, 1) for one in made}, 9)
