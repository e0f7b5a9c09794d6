"""The Jinja environment of all templates."""

from pathlib import Path

import jinja2

from handout.render.formats import format_month, format_size, mark_address, name_host, name_languages
from handout.render.qr import draw_qr


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
