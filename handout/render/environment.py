"""The Jinja environment of all templates, and the QR codes that they draw."""

from pathlib import Path

import jinja2
import segno
from markupsafe import Markup

from handout.render.formats import format_month, format_size, mark_address, name_host, name_languages, strip_scheme


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
    functions = (draw_qr, format_month, format_size, mark_address, name_host, name_languages)
    environment.globals |= {function.__name__: function for function in functions}
    return environment


def draw_qr(url: str) -> Markup:
    """Return an address as a QR code: one SVG path in module units with a quiet zone of 4 (ISO/IEC 18004).

    Its text alternative is the address.
    """
    path = segno.make(url, error="m", micro=False).svg_inline(border=4, omitsize=True, svgclass=None, lineclass=None)
    # segno's own SVG, made from an address; the address is escaped by format.
    return Markup(path).replace("<svg ", Markup('<svg role="img" aria-label="{}" ').format(strip_scheme(url)), 1)  # noqa: S704
