"""What benchmarks/speed.py and growth.py measured, kept as figures, and written as tables and plots for people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from plots import draw_bars, draw_growth
from readme import put_between_marks

HERE = Path(__file__).parent
GROWN = "counter"  # the edition of which thousands are made: whole handouts would take the better part of an hour
PLOTS = {"speed": "Bars: seconds a handout, by engine", "growth": "Curves: time and memory over the number of handouts"}


def keep(**measured: object) -> None:
    """Keep the figures of what was measured, by the names of parts, and write tables and plots of all that is there."""
    file = HERE / "results.json"
    known = json.loads(file.read_bytes()) if file.exists() else {}
    known |= measured
    file.write_text(json.dumps(known, indent=1) + "\n", "utf-8")
    for name, text in draw_plots(known).items():
        (HERE / f"{name}.svg").write_text(text, "utf-8")
    (HERE / "results.md").write_text(f"# Speed\n\n{format_results(known)}", "utf-8")
    put_between_marks("speed", format_for_readme(known))
    print(format_results(known), flush=True)


def draw_plots(known: dict[str, Any]) -> dict[str, str]:
    """Return the plots of the figures, as SVG by name."""
    plots = {}
    if "engines" in known:
        plots["speed"] = draw_bars("Seconds a handout, on all cores", list_bars(known["engines"], known["builds"]))
    if "growth" in known:
        plots["growth"] = draw_growth(known["growth"]["sizes"])
    return plots


def format_results(known: dict[str, Any]) -> str:
    """Return the tables of the figures."""
    parts = []
    if "engines" in known:
        parts += [format_builds(known["builds"]), format_engines(known["engines"], known["builds"])]
    if "growth" in known:
        parts.append(format_growth(known["growth"]))
    return "\n".join(parts)


def format_for_readme(known: dict[str, Any]) -> str:
    """Return plots and tables as README has them."""
    plots = [f"![{PLOTS[name]}](benchmarks/{name}.svg)" for name in draw_plots(known)]
    return "\n\n".join([*plots, format_results(known).replace("## ", "### ")])


def list_bars(engines: dict[str, Any], builds: dict[str, Any]) -> dict[str, float]:
    """Return the seconds a handout on all cores of a clean build and of the engines."""
    clean = {"This project, clean build": builds["clean"] / builds["handouts"]}
    return clean | {name: engine["together"] for name, engine in engines["engines"].items()}


def format_builds(builds: dict[str, Any]) -> str:
    """Return the table of whole processes."""
    rows = [
        (f"Clean, {builds['jobs']} workers", "clean"), ("Clean, 1 worker", "one worker"),
        ("One answer of one operator changed", "edit"), ("Nothing to do", "nothing"),
    ]  # fmt: skip
    lines = [
        f"| {label} | {builds[key]:.2f} s | {builds[key] / builds['handouts']:.3f} s | {builds[key] / builds['clean']:.3f} |"
        for label, key in rows
        if key in builds
    ]
    head = (
        f"Made by `make bench` on {builds['date']}, {builds['machine']}. Rounds: {builds['rounds']} (one worker:"
        f" {builds['alone']}), in each of which every build and engine had its turn; figures are the medians, and hold for"
        " that machine and hour.\n\n"
        f"## Builds as whole processes, {builds['handouts']} handouts\n\nEverything is in it: start, checks of the content, "
        "verification, pictures of the pages, web pages.\n\n"
        "| Build | Time | A handout | Of a clean one |\n|---|--:|--:|--:|"
    )
    return "\n".join([head, *lines, ""])


def format_engines(engines: dict[str, Any], builds: dict[str, Any]) -> str:
    """Return the table of engines, and what it says of them."""
    clean, jobs, made = builds["clean"] / builds["handouts"], builds["jobs"], engines["engines"]
    lines = [
        f"| {name} {e['version']} | {e['seconds']:.3f} s | {e['together']:.3f} s "
        f"| {clean / e['together']:.2f} | {e['memory']:.0f} MB | {e['bytes'] / 1000:.0f} kB |".replace("  |", " |", 1)
        for name, e in made.items()
    ]
    chromium, typst = made["Chromium"], made["Typst"]
    head = (
        f"## Engines, warm, on {engines['handouts']} of these handouts\n\nOne of each operator and edition, the same HTML,"
        " style sheet and whole fonts for Chromium and WeasyPrint; one after the other, then on all cores: with"
        f" {jobs} processes, Chromium with {jobs} tabs. This project verifies each and draws its pictures, the others make"
        " the PDF only, WeasyPrint without tags and fields, as its tutorial has it; Chromium, which sets"
        " the running lines in the text, needs a page more. Memory is that of one process, or browser, when it has made"
        " one.\n\n"
        "| Engine | One after the other | All cores | A clean build, in that | Memory | PDF |\n|---|--:|--:|--:|--:|--:|"
    )
    foot = (
        f"\nA clean build takes {clean:.3f} s a handout: {clean / chromium['seconds']:.2f} of Chromium's time for one after the"
        f" other, {clean / chromium['together']:.2f} of its time with {jobs} tabs, and {clean / typst['together']:.1f} times as"
        " long as Typst. Typst sets the same strings in two columns, without fields, boxes, links and pictures; its Khmer"
        " does not read back (see above).\n"
    )
    return "\n".join([head, *lines, foot])


def format_growth(growth: dict[str, Any]) -> str:
    """Return the table of the growth curve."""
    lines = []
    for g in growth["sizes"]:
        sizes = " | ".join(f"{size:.0f} MB" for size in (*g["parent"], *g["worker"], g["peak"]))
        lines.append(f"| {g['handouts']} | {g['seconds']:.1f} s | {g['seconds'] / g['handouts']:.3f} s | {sizes} |")
    head = (
        f"## Growth\n\nMade by `make bench-growth` on {growth['date']}, {growth['machine']}: the {GROWN} edition of made-up"
        " operators, once, all web pages included. Memory: of the process that holds the"
        " content of all operators, early (20 %) and late (85 %) while the handouts are made, then while the web pages are;"
        " of the largest worker, early and late; and of all together at most.\n\n"
        "| Handouts | Time | A handout | Content, early | late | web pages | Worker, early | late | All |\n"
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    )
    return "\n".join([head, *lines, ""])
