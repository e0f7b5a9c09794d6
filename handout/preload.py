"""Import what workers need, once, in the process that they are forked from; to be imported there only."""

import gc

from handout.fonts import hide_system_fonts
from handout.request import FONTS

hide_system_fonts(FONTS)

import handout.pipeline  # noqa: E402
import handout.tagging  # noqa: E402, F401  (imports WeasyPrint, which must not see the system's fonts)

gc.collect()
gc.freeze()
