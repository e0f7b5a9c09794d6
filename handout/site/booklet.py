"""Booklets: the counter pages of all operators for one language pair as one PDF, to print in stacks.

Text, tags, fields and bookmarks stay those of the handouts' own PDFs. Clauses are those of ISO 32000-1.
"""

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from handout.model.content import Content
from handout.plan.handouts import MadeHandout
from handout.verify.pdfua import validate_pdfua
from handout.verify.readback import Readback, open_readback

# What a booklet has of the catalog. Names of places are left out: no link of a counter page leads to one.
CATALOG = (
    *("/Lang", "/MarkInfo", "/ViewerPreferences", "/Metadata", "/OutputIntents"),
    *("/StructTreeRoot", "/AcroForm", "/Outlines"),
)

# The most operators of a booklet: stacks are sorted by hand, and joining and checking takes 3 MB of memory a page.
MOST = 50


@dataclass(frozen=True)
class Booklet:
    """A finished booklet and its figures, as the manifest lists them."""

    pair: str
    pdf: str
    pages: int
    bytes: int
    sha256: str


def make_booklets(content: Content, made: Sequence[MadeHandout], staging: Path) -> Iterator[Booklet]:
    """Put a booklet for each language pair of which several counter pages were made, MOST or fewer, into ``staging``.

    Raises RuntimeError when one has lost something.
    """
    counter = [one.handout for one in made if one.handout.edition == "counter"]
    for pair in content.guide.pairs:
        paths = {one.operator: staging / one.pdf for one in sorted(counter) if one.pair == pair}
        if 1 < len(paths) <= MOST:
            path = staging / "booklet" / f"{pair}.pdf"
            path.parent.mkdir(exist_ok=True)
            data = join_pages(paths, " / ".join(content.guide.site.title[code] for code in pair.split("-")))
            path.write_bytes(data)
            if losses := list(find_losses(path, paths)):
                raise RuntimeError(f"{path.name}: {'; '.join(losses)}")
            yield Booklet(pair, f"booklet/{pair}.pdf", len(paths), len(data), hashlib.sha256(data).hexdigest())


def join_pages(paths: Mapping[str, Path], title: str) -> bytes:
    """Return PDFs, given by operator, as one; before each field's name come its operator's id and a full stop."""
    booklet, parts, numbers = pikepdf.new(), list[Any](), 0
    for operator, path in paths.items():
        with pikepdf.open(io.BytesIO(path.read_bytes())) as source:
            part = _append(booklet, source, numbers)
        numbers += int(part.StructTreeRoot.ParentTreeNextKey)
        field = booklet.make_indirect(Dictionary(T=operator, Kids=part.AcroForm.Fields))
        for kid in field.Kids:
            kid.Parent = field
        part.AcroForm.Fields = Array([field])
        parts.append(part)
    for key in CATALOG:
        booklet.Root[key] = parts[0][key]
    booklet.Root.AcroForm.Fields = Array([part.AcroForm.Fields[0] for part in parts])
    _join_trees(booklet, [part.StructTreeRoot for part in parts])
    _join_bookmarks(booklet.Root.Outlines, [part.Outlines.First for part in parts])
    files: dict[bytes, Any] = {}  # one for all handouts whose font is the same
    for entry in booklet.objects:
        if isinstance(entry, Dictionary) and "/FontFile2" in entry:
            entry.FontFile2 = files.setdefault(entry.FontFile2.read_raw_bytes(), entry.FontFile2)
    with booklet.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:title"] = title
    options = {"object_stream_mode": pikepdf.ObjectStreamMode.generate, "min_version": "1.7"}
    booklet.save(data := io.BytesIO(), deterministic_id=True, **options)
    return data.getvalue()


def _append(booklet: pikepdf.Pdf, source: pikepdf.Pdf, numbers: int) -> Any:
    """Copy the pages of a PDF and return a copy of its catalog, its numbers in the structure tree after those given.

    (pikepdf's own way with forms, `add_pages_from`, copies the fields out of the tree and renames their font.)
    """
    for copied in source.pages:
        booklet.pages.append(copied)
        copy = booklet.pages[-1].obj
        copy.StructParents += numbers
        for annotation in copy.get("/Annots", []):
            annotation.StructParent += numbers
    wanted = source.make_indirect(Dictionary({key: source.Root[key] for key in CATALOG}))
    return booklet.copy_foreign(wanted)


def _join_trees(booklet: pikepdf.Pdf, trees: Sequence[Any]) -> None:
    """Let the first structure tree have the elements of all, each handout's as a part of one document (14.7)."""
    whole = trees[0]
    document = booklet.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=whole))
    document.K = Array([tree.K for tree in trees])
    for part in document.K:
        part.S, part.P = Name.Part, document
    whole.K = document
    owners = [owner for tree in trees for owner in list(tree.ParentTree.Nums)[1::2]]  # their keys count from 0 on
    whole.ParentTree.Nums = Array(chain.from_iterable(enumerate(owners)))
    whole.ParentTreeNextKey = len(owners)


def _join_bookmarks(whole: Any, marks: Sequence[Any]) -> None:
    """Let the first bookmarks have those of all (12.3.3); each handout has one, and others below it."""
    for mark, following in pairwise(marks):
        mark.Next, following.Prev, following.Parent = following, mark, whole
    whole.Last = marks[-1]
    whole.Count = sum(1 + int(mark.Count) for mark in marks)


def find_losses(path: Path, paths: Mapping[str, Path]) -> Iterator[str]:
    """Yield what a booklet has not as its counter pages have it, and what is wrong with it as a PDF and as PDF/UA-1."""
    texts, tags, fields = list[tuple[str, str]](), list[str](), list[str]()
    for operator, one in paths.items():
        with open_readback(one) as made:
            texts += read_text(made)
            tags += read_tags(made.pdf)
            fields += [f"{operator}.{name}" for name in name_fields(made.pdf.Root.AcroForm.Fields)]
    with open_readback(path) as booklet:
        yield from booklet.pdf.check_pdf_syntax()
        if list(read_text(booklet)) != texts:
            yield "the text is not that of the counter pages"
        if list(read_tags(booklet.pdf)) != tags:
            yield "the tags are not those of the counter pages"
        if list(name_fields(booklet.pdf.Root.AcroForm.Fields)) != fields:
            yield "the fields are not those of the counter pages"
    yield from (wrong.message for wrong in validate_pdfua(path))


def read_text(made: Readback) -> Iterator[tuple[str, str]]:
    """Yield every character in its order, with its language in the structure tree."""
    return zip(made.text.characters, made.text.languages, strict=True)


def name_fields(fields: Iterable[Any]) -> Iterator[str]:
    """Yield the whole name of each field (12.7.3.2)."""
    for field in fields:
        kids = [kid for kid in field.get("/Kids", []) if "/T" in kid]
        yield from (f"{field.T}.{name}" for name in name_fields(kids)) if kids else [str(field.T)]


def read_tags(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Yield what the numbers of pages and of their annotations lead to: the tag of each mark's and field's element."""
    numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    owners: dict[Any, Any] = dict(zip(numbers[::2], numbers[1::2], strict=True))
    for copied in pdf.pages:
        yield from (str(owner.S) for owner in owners.get(copied.get("/StructParents"), []) if owner is not None)
        yield from (str(owners[note.StructParent].S) for note in copied.get("/Annots", []))
