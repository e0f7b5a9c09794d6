"""Import what workers need, once, in the process that they are forked from; to be imported there only."""

import gc
from contextlib import suppress

from handout.base.paths import FONTS
from handout.fonts.bundled import hide_system_fonts

hide_system_fonts(FONTS)

with suppress(OSError):  # Pango is missing, which the first task says
    import handout.typeset.typesetter  # imports WeasyPrint, which must not see the system's fonts
import handout.workers.worker  # noqa: E402, F401

gc.collect()
gc.freeze()
