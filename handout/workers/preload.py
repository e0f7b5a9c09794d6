"""Import what workers need, once, in the process that they are forked from; to be imported there only."""

import gc

from handout.base.paths import FONTS
from handout.fonts.bundled import hide_system_fonts

hide_system_fonts(FONTS)

import handout.typeset.typesetter  # noqa: E402  (imports WeasyPrint, which must not see the system's fonts)
import handout.workers.worker  # noqa: E402, F401

gc.collect()
gc.freeze()
