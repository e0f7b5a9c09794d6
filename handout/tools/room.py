"""Room: how many more lines each page of a handout takes, in each of the spacings that it may have."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from handout.model.content import Content
from handout.plan.handouts import Handout, Spacing
from handout.verify.readback import open_readback
from handout.verify.room import measure_lines_left
from handout.workers.worker import make_worker


def measure_room(content: Content, handout: Handout) -> Iterator[tuple[Spacing, dict[int, int]]]:
    """Yield each spacing of a handout with the lines left, by page, none where the handout does not fit.

    Where text runs on over pages, they are those from the last one on.
    """
    with tempfile.TemporaryDirectory() as scratch:
        worker, path = make_worker(content, Path(scratch)), Path(scratch) / "handout.pdf"
        for spacing in handout.spacings:
            rendered = worker.render(handout, spacing)
            layout, document = worker.lay_out(rendered)
            if not rendered.fits(layout, document):
                yield spacing, {}
                continue
            layout.write_pages(document, path, html=rendered.html, month=content.guide.checked)
            with open_readback(path) as made:
                yield spacing, measure_lines_left(made, rendered.expected)


def format_room(spacing: Spacing, lines: dict[int, int]) -> str:
    """Return a line: the spacing, and the lines left on each page."""
    pages = ", ".join(f"{left} on page {number}" for number, left in lines.items())
    return f"{f'{spacing} spacing':28} {f'lines left: {pages}' if lines else 'does not fit'}"
