"""Put what a benchmark found into README.md."""

from __future__ import annotations

from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"


def put_between_marks(name: str, text: str) -> None:
    """Replace what stands between README's marks ``<!-- name -->`` and ``<!-- /name -->``."""
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    before, rest = README.read_text(encoding="utf-8").split(begin, 1)
    README.write_text(f"{before}{begin}{text.rstrip()}\n{end}{rest.split(end, 1)[1]}", encoding="utf-8")
