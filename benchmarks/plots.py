"""Two small plots as SVG, for light and dark pages alike."""

from __future__ import annotations

import math
from html import escape
from typing import Any

STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#888}.bar{fill:#3b7dd8}.line{fill:none;stroke:#3b7dd8;stroke-width:2}"
    ".axis{stroke:#888}"
)


def draw_bars(title: str, bars: dict[str, float]) -> str:
    """Return horizontal bars, each with its figure; lengths are in proportion."""
    longest, body = max(bars.values()), [f'<text x="0" y="14">{escape(title)}</text>']
    for row, (name, value) in enumerate(bars.items()):
        y, width = 28 + 26 * row, max(1.0, 380 * value / longest)
        body.append(f'<text x="0" y="{y + 14}">{escape(name)}</text>')
        body.append(f'<rect class="bar" x="190" y="{y}" width="{width:.1f}" height="18"/>')
        body.append(f'<text x="{196 + width:.1f}" y="{y + 14}">{value:.2f}</text>')
    return _wrap(640, 36 + 26 * len(bars), body)


def draw_growth(growth: list[dict[str, Any]]) -> str:
    """Return seconds a handout, and the memory of the largest worker, over the number of handouts (logarithmic)."""
    body = []
    curves = (
        ("seconds a handout", [g["seconds"] / g["handouts"] for g in growth], 0, "{:.2f}"),
        ("MB in the largest worker, late", [g["worker"][1] for g in growth], 330, "{:.0f}"),
    )
    logs = [math.log(g["handouts"]) for g in growth]
    span = max(logs) - min(logs) or 1
    for title, values, left, form in curves:
        points = [
            (left + 20 + 250 * (x - min(logs)) / span, 170 - 120 * v / max(values))
            for x, v in zip(logs, values, strict=True)
        ]
        body.append(f'<text x="{left}" y="14">{title}</text>')
        body.append(f'<line class="axis" x1="{left}" y1="170" x2="{left + 290}" y2="170"/>')
        body.append(f'<polyline class="line" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>')
        for (x, y), value, g in zip(points, values, growth, strict=True):
            body.append(f'<circle class="bar" cx="{x:.1f}" cy="{y:.1f}" r="3"/>')
            body.append(f'<text x="{x - 12:.1f}" y="{y - 8:.1f}">{form.format(value)}</text>')
            body.append(f'<text x="{x - 12:.1f}" y="188">{g["handouts"]:.0f}</text>')
    return _wrap(640, 196, body)


def _wrap(width: int, height: int, body: list[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
    return "\n".join([head, f"<style>{STYLE}</style>", *body, "</svg>\n"])
