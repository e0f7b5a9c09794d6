"""Answers of web servers: their words as a reader sees them, and whether a quote is among these."""

import re
import threading
import unicodedata
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from handout.load.characters import MEANT, compose_text
from handout.validate.khmer import ATTEMPT, respell_syllable

ZIPPED = ("gzip", "x-gzip", "deflate")
HIDDEN = ("script", "style", "template", "noscript")
FEW = 200
"""Letters: a page that has fewer, and scripts, is made by these."""

_REFRESH = re.compile(r"\s*\d[\d.]*\s*[;,]\s*url\s*=\s*[\"']?([^\"'\s]+)", re.IGNORECASE)
_CHARSET = re.compile(rb"""<(?:meta|\?xml)\b[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
_AS_BROWSERS = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252", "us-ascii": "cp1252"}
_PDFIUM = threading.Lock()  # PDFium works for one thread at a time
_DASH = dict.fromkeys(map(ord, "—―"), " ")  # these part words, where hyphens join them
# Nobody sees these, or editors type them in several ways: controls, hyphens, quotation marks, Markdown's bold.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\xad\u17b4\u17b5\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffe'\"`-]|\*\*"
)

# Where a word, a number, or anything else may begin and end.
_BEGINS = r"(?:(?<![0-9])(?<![0-9][.,])(?=[0-9])|(?<![a-zß-ÿ])(?=[a-zß-ÿ])|(?=[^0-9a-zß-ÿ]))"
_ENDS = r"(?:(?<=[0-9])(?![0-9]|[.,][0-9])|(?<=[a-zß-ÿ])(?![a-zß-ÿ])|(?<=[^0-9a-zß-ÿ]))"


class UnreadableError(Exception):
    """There are no words to compare; the message says why."""


@dataclass(frozen=True)
class Answer:
    """What a server answered: the status, the content type's parts, and at most so many bytes of the body."""

    url: str
    status: int
    kind: str = "text/plain"
    charset: str | None = None
    packing: str = ""
    target: str = ""
    body: bytes = b""
    is_cut: bool = False


@dataclass(frozen=True)
class Page:
    """The words of an answer, the address that it sends its reader on to, and why there may be more words in it."""

    text: str
    target: str = ""
    doubt: str = ""


def read_page(answer: Answer, size: int) -> Page:
    """Return the words of an answer, of at most ``size`` bytes unpacked; raises UnreadableError if there are none."""
    body, is_cut = _unpack_body(answer, size)
    if b"%PDF-" in body[:1024]:
        if is_cut:
            raise UnreadableError("a PDF that is too long to be read")
        return Page(_read_pdf(body))
    is_wide = body.startswith((BOM_UTF16_BE, BOM_UTF16_LE)) or "utf-16" in (answer.charset or "").lower()
    if re.match("image|audio|video|font", answer.kind) or (
        b"\0" in body[:1024] and not is_wide and "html" not in answer.kind
    ):
        raise UnreadableError(f"no words, but {answer.kind}")
    text = _decode_body(body, answer.charset, is_cut=is_cut, is_wide=is_wide)
    page = Page(text)
    if re.search("html|xml", answer.kind) or re.match(r"\s*<(!doctype|html|head|body)\b", text, re.IGNORECASE):
        page = _read_html(text)
    is_scripted = page.doubt or urlsplit(answer.url).hostname == "github.com"
    doubt = "made by JavaScript" if is_scripted else "too long to be read to its end" if is_cut else ""
    return Page(page.text, page.target, doubt)


def list_lost(text: str, quotes: Iterable[str]) -> list[str]:
    """Return the quotes that do not stand in a text; "…" in a quote stands for words left out."""
    page = _fold_words(text)
    return [quote for quote in quotes if not _has_quote(page, quote)]


def _has_quote(page: str, quote: str) -> bool:
    """Tell whether a folded text has the parts of a quote in their order, none of them within a word or number."""
    at, parts = 0, ["".join(part.split()) for part in re.split(r"\[?\.{3,}\]?", _fold_words(quote))]
    for part in filter(None, parts):
        words = r"\s*".join(map(re.escape, part))
        if not (found := re.compile(_BEGINS + words + _ENDS).search(page, at)):
            return False
        at = found.end()
    return any(parts)


def _fold_words(text: str) -> str:
    """Return a text in which only what a reader takes for a difference differs; Khmer as ``check`` wants it spelt."""
    spelt = ATTEMPT.sub(lambda attempt: respell_syllable(attempt[0]) or attempt[0], compose_text(text.translate(_DASH)))
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", spelt.translate(MEANT)).casefold())


def _unpack_body(answer: Answer, size: int) -> tuple[bytes, bool]:
    """Return the first ``size`` bytes of a body that may be packed, and whether there are more."""
    if answer.packing in ("", "identity"):
        return answer.body, answer.is_cut
    if answer.packing not in ZIPPED:
        raise UnreadableError(f"packed in a way that was not asked for: {answer.packing}")
    unpacker = zlib.decompressobj(47)  # with the head of gzip or of zlib
    try:
        return unpacker.decompress(answer.body, size), not unpacker.eof
    except zlib.error as error:
        raise UnreadableError("packed in a broken way") from error


def _decode_body(body: bytes, charset: str | None, *, is_cut: bool, is_wide: bool) -> str:
    """Return the text of a body: valid UTF-8 is UTF-8, whatever the server says; else what server or page say."""
    if is_wide:
        return body.decode("utf-16", "replace")
    try:
        return getincrementaldecoder("utf-8-sig")().decode(body, final=not is_cut)
    except UnicodeDecodeError:
        said = charset or (found[1].decode() if (found := _CHARSET.search(body[:4096])) else "")
    try:
        return body.decode(_AS_BROWSERS.get(said.lower(), said), "replace")
    except (LookupError, ValueError):
        return body.decode("cp1252", "replace")


def _read_html(text: str) -> Page:
    """Return the words that a page shows, its title with them, each element's apart."""
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:  # nothing in it
        return Page("")
    is_scripted = next(root.iter("script"), None) is not None
    etree.strip_elements(root, *HIDDEN, with_tail=False)
    metas = (meta for meta in root.iter("meta") if meta.get("http-equiv", "").lower() == "refresh")
    targets = (found[1] for meta in metas if (found := _REFRESH.match(meta.get("content", ""))))
    words = " ".join(root.itertext())
    return Page(words, next(targets, ""), "scripts" if is_scripted and len("".join(words.split())) < FEW else "")


def _read_pdf(body: bytes) -> str:
    """Return the text of a PDF's pages."""
    import pypdfium2

    try:
        with _PDFIUM, pypdfium2.PdfDocument(body) as document:
            text = "\n".join(page.get_textpage().get_text_range() for page in document)
    except pypdfium2.PdfiumError as error:
        raise UnreadableError("a PDF that cannot be opened") from error
    if not text.strip():
        raise UnreadableError("a PDF without text")
    return text
