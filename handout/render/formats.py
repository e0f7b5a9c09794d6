"""Dates, periods, sizes, names of languages, addresses and their QR codes as they are printed."""

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache, reduce

import segno
from babel import Locale
from babel.core import get_global, parse_locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.units import format_unit
from markupsafe import Markup

from handout.model.languages import Language


def strip_scheme(url: str) -> str:
    """Return an address as it is printed: without scheme and closing slash."""
    return url.split("://", 1)[-1].rstrip("/")


def make_url(address: str) -> str:
    """Return an address with its scheme: https unless it names another, mailto for e-mail."""
    return address if "://" in address else f"{'mailto:' if '@' in address else 'https://'}{address}"


def mark_address(url: str, mark: str = "<wbr>") -> Markup:
    """Return an address as printed; long ones may break after a slash, where ``mark`` says so."""
    return Markup("/" + mark).join(strip_scheme(url).split("/"))  # noqa: S704  (a constant of the templates)


def name_host(url: str) -> str:
    """Return the host of an address: enough to type by hand; the link behind it has the whole."""
    return strip_scheme(url).split("/")[0].removeprefix("www.")


def name_languages(languages: Sequence[Language], language: Language) -> Markup:
    """Return the names of languages in another one, as CLDR has them; their own names where it has none."""
    known, own = Locale.parse(language.locale).languages, Markup('<span lang="{}">{}</span>')
    names = [Markup.escape(known[a.code]) if a.code in known else own.format(a.bcp47, a.name) for a in languages]
    return Markup(format_list(names, "standard", locale=language.locale))  # noqa: S704  (all names are escaped)


def add_territory(locale: str) -> str:
    """Return a CLDR locale's language with its territory, or the likely one, as Open Graph has it: ``zh_CN``."""
    language, territory, *_ = parse_locale(locale)
    likely = get_global("likely_subtags")
    territory = territory or parse_locale(likely.get(locale) or likely.get(language, language))[1]
    return f"{language}_{territory}" if territory else language


def list_values(values: Sequence[str], locale: str) -> str:
    """Return values with what CLDR has between the first of them in ``locale``: ``a, b, c`` or ``a、b、c``."""
    between: str = Locale.parse(locale).list_patterns["standard"]["middle"]
    return reduce(between.format, values) if values else ""


def format_month(month: str, locale: str) -> str:
    """Return a ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD`` date as CLDR writes it in ``locale``."""
    if month.count("-") == 0:
        return month
    if month.count("-") == 1:
        return str(format_skeleton("yMMMM", dt.date.fromisoformat(f"{month}-01"), locale=locale))
    return str(format_date(dt.date.fromisoformat(month), "long", locale=locale))


def format_days(days: int, locale: str) -> str:
    """Return a number of days with its unit as CLDR writes it in ``locale``."""
    # Where CLDR's long form is an alias of the short one, Babel 2.18 prints the unit's name instead.
    text = format_unit(days, "duration-day", "long", locale=locale)
    return text if "duration" not in text else format_unit(days, "duration-day", "short", locale=locale)


def format_size(count: int, locale: str) -> str:
    """Return a number of bytes in kB or MB as CLDR writes it in ``locale``, with a space that does not break."""
    if count < 1_000_000:
        text = format_unit(max(1, round(count / 1000)), "digital-kilobyte", "short", locale=locale)
    else:
        text = format_unit(count / 1_000_000, "digital-megabyte", "short", format="0.0", locale=locale)
    return text.replace(" ", "\u00a0")


@lru_cache(maxsize=64)
def draw_qr(url: str) -> Markup:
    """Return an address as a QR code: one SVG path in module units, with a quiet zone of 4 (ISO/IEC 18004)."""
    path = segno.make(url, error="m", micro=False).svg_inline(border=4, omitsize=True, svgclass=None, lineclass=None)
    named = Markup('<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{}" ').format(
        url.removeprefix("https://")
    )
    return Markup(path).replace("<svg ", named, 1)  # noqa: S704  (segno's own, made from an address)
