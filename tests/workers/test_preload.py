"""What every worker needs is made ready once, before they are forked."""

import subprocess
import sys

from handout.base.paths import FONTS, ROOT

SHOW = """
import handout.workers.preload
from handout.base.paths import TEMPLATES
from handout.fonts import bundled
from handout.render.page import make_environment
print(*sorted(name for _loader, name in make_environment(TEMPLATES).cache))
print(bundled._open_font.cache_info().currsize)
"""


def test_fonts_and_paper_templates_are_ready():
    """Each worker would read and compile them again."""
    made = subprocess.run([sys.executable, "-c", SHOW], check=True, capture_output=True, text=True, cwd=ROOT)
    names, fonts = made.stdout.splitlines()
    assert {"handout.html.j2", "handout/steps.html.j2", "print.css.j2"} <= set(names.split())
    assert "site" not in names
    assert int(fonts) == len(list(FONTS.glob("*.ttf")))
