"""Make ready what workers need, once, in the process that they are forked from; to be imported there only."""

import gc
from contextlib import suppress

import jinja2

from handout.base.paths import FONTS, TEMPLATES
from handout.fonts.bundled import hide_system_fonts, open_font
from handout.render.page import make_environment

hide_system_fonts(FONTS)

with suppress(OSError):  # Pango is missing, which the first task says
    import handout.typeset.typesetter  # imports WeasyPrint, which must not see the system's fonts
import handout.workers.worker  # noqa: E402, F401

with suppress(OSError, ValueError, jinja2.TemplateError):  # which the first task says, too
    for path in FONTS.glob("*.ttf"):
        open_font(path)
    environment = make_environment(TEMPLATES)
    for name in environment.list_templates(filter_func=lambda name: name.startswith(("handout", "print"))):
        environment.get_template(name)

gc.collect()
gc.freeze()
