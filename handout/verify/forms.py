"""Fields and links of a made PDF are those planned."""

from collections.abc import Iterator

from handout.render.expected import Expected
from handout.verify.failures import Wrong
from handout.verify.readback import Readback


def check_fields(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report fields that are not those planned, in this tab order, each with its tooltip."""
    fields = {}
    for number, note in made.annotations:
        if note.get("/Subtype") == "/Widget":
            name = str(note.get("/T", note.get("/Parent", {}).get("/T", "")))
            fields[name] = str(note.get("/TU", ""))
            if name not in (expected.fields or {}):
                yield Wrong(f"page {number + 1}", f"field {name!r} was not planned")
    wanted = expected.fields or {}
    for name, tooltip in wanted.items():
        if name not in fields:
            yield Wrong("whole", f"field {name!r} is missing")
        elif fields[name] != tooltip:
            yield Wrong(f"field {name!r}", f"is named {fields[name]!r}, not {tooltip!r}")
    if fields.keys() == wanted.keys() and list(fields) != list(wanted):
        first = next(is_ for is_, name in zip(fields, wanted, strict=True) if is_ != name)
        yield Wrong(f"field {first!r}", "comes out of its order")


def check_links(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report links to unknown addresses, and whatever else might happen at a click."""
    for number, note in made.annotations:
        action = note.get("/A", note.get("/AA", {}))
        address = str(action.get("/URI", ""))
        if action and address not in expected.links:
            yield Wrong(f"page {number + 1}", f"a link to {address or action.get('/S')} that no source has")
