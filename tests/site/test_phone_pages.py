"""Phone pages are written while handouts are made, and completed with what is known afterwards."""

import shutil

import pytest

from handout.base.files import read_sums
from handout.base.paths import FONTS, TEMPLATES
from handout.plan.handouts import MadeHandout, plan_handouts
from handout.render.page import make_environment
from handout.site.pages import Site
from handout.site.write import PhonePages


@pytest.mark.parametrize("steps", [0, 1, 1000])
def test_pages_are_the_same_whenever_they_were_written(steps, frozen_content, frozen_built, tmp_path):
    """Those that a build published, byte for byte, however many were written before the handouts were made."""
    staging = tmp_path / "staging"
    shutil.copytree(frozen_built, staging, ignore=shutil.ignore_patterns("fonts", "html"))
    made = [
        MadeHandout(one, 1, (frozen_built / one.pdf).stat().st_size, "", []) for one in plan_handouts(frozen_content)
    ]
    site = Site(frozen_content, make_environment(TEMPLATES), FONTS, tmp_path / "fonts")
    pages = PhonePages(site, [one.handout for one in made], staging)
    for _ in range(steps):
        pages.go_on()
    written = sorted(path.name for path in (staging / "html").glob("*")) if steps else []
    assert len(written) == min(steps, len(pages.paths))
    pages.finish(made)
    assert pages.paths == [name for name in read_sums(frozen_built) if name.startswith("html/")]
    for path in pages.paths:
        assert (staging / path).read_bytes() == (frozen_built / path).read_bytes()
