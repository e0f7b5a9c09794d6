"""What benchmarks/speed.py measured, kept as figures, and written as tables and plots for people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from plots import draw_bars, draw_growth
from readme import put_between_marks

HERE = Path(__file__).parent
SAMPLES = ("smart.zh-km", "metfone.en-km", "cellcard.zh-en")
GROWN = "counter"  # the edition of which thousands are made: whole handouts would take the better part of an hour
PLOTS = {"speed": "Bars: seconds a handout, by engine", "growth": "Curves: time and memory over the number of handouts"}


def keep(part: str, figures: object) -> None:
    """Keep the figures of a part, and write table and plots of all that is there."""
    file = HERE / "results.json"
    known = json.loads(file.read_bytes()) if file.exists() else {}
    known[part] = figures
    file.write_text(json.dumps(known, indent=1) + "\n", "utf-8")
    builds, engines, growth = (known.get(name) for name in ("builds", "engines", "growth"))
    parts = ["# Speed\n"]
    if builds:
        run = "Made by `make bench`; medians of {rounds} rounds, of growth one; {machine}. Figures hold for that machine and hour.\n"
        parts += [run.format(**builds), format_builds(builds)]
    if builds and engines:
        parts.append(format_engines(engines, builds))
        bars = {"This project, clean build": builds["clean"] / builds["handouts"]}
        bars |= {name: engine["seconds"] for name, engine in engines.items()}
        (HERE / "speed.svg").write_text(draw_bars("Seconds a handout", bars), "utf-8")
    if growth:
        parts.append(format_growth(growth))
        (HERE / "growth.svg").write_text(draw_growth(growth), "utf-8")
    text = "\n".join(parts)
    (HERE / "results.md").write_text(text, "utf-8")
    plots = [f"![{title}](benchmarks/{name}.svg)" for name, title in PLOTS.items() if (HERE / f"{name}.svg").exists()]
    put_between_marks("speed", "\n\n".join([*plots, text.partition("\n\n")[2].replace("## ", "### ")]))
    print(parts[-1], flush=True)


def format_builds(builds: dict[str, Any]) -> str:
    """Return the table of whole processes."""
    rows = [
        (f"Clean, {builds['jobs']} workers", "clean"), ("Clean, 1 worker", "one worker"),
        ("One answer of one operator changed", "edit"), ("Nothing to do", "nothing"),
    ]  # fmt: skip
    lines = [f"| {label} | {builds[key]:.2f} s | {builds[key] / builds['clean']:.3f} |" for label, key in rows]
    title = f"## Whole processes, {builds['handouts']:.0f} handouts, verified"
    head = f"{title}\n\n| Build | Time | of a clean one |\n|---|--:|--:|"
    return "\n".join([head, *lines, ""])


def format_engines(engines: dict[str, dict[str, float]], builds: dict[str, float]) -> str:
    """Return the table of engines."""
    clean = builds["clean"] / builds["handouts"]
    lines = [
        f"| {name} | {e['seconds']:.3f} s | {e['seconds'] / clean:.2f} "
        f"| {e['memory']:.0f} MB | {e['bytes'] / 1000:.0f} kB |"
        for name, e in engines.items()
    ]
    head = (
        f"## Engines, warm, on {', '.join(SAMPLES)}\n\nA clean build takes {clean:.3f} s a handout on all cores, "
        "its start included; the third column is in that unit.\n\n| Engine | A handout | Clean builds | Memory | PDF |\n|---|--:|--:|--:|--:|"
    )
    return "\n".join([head, *lines, ""])


def format_growth(growth: list[dict[str, Any]]) -> str:
    """Return the table of the growth curve."""
    lines = []
    for g in growth:
        sizes = " | ".join(f"{size:.0f} MB" for size in (*g["parent"], *g["worker"], g["peak"]))
        lines.append(f"| {g['handouts']} | {g['seconds']:.1f} s | {g['seconds'] / g['handouts']:.3f} s | {sizes} |")
    head = (
        f"## Growth\n\nThe {GROWN} edition of made-up operators, all web pages included. Memory: of the process that holds the"
        " content of all operators, early (20 %) and late (85 %) while the handouts are made, then while the web pages are;"
        " of the largest worker, early and late; and of all together at most.\n\n"
        "| Handouts | Time | A handout | Content, early | late | web pages | Worker, early | late | All |\n"
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    )
    return "\n".join([head, *lines, ""])
