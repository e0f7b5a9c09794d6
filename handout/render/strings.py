"""What a rendered page says: its strings with their language, its fields and QR codes, in document order."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from xml.parsers import expat

VOID = {"meta", "link", "input", "br", "wbr", "img", "hr"}
UNPRINTED_TAGS = {"head", "style", "script", "svg"}
QUOTED = 0  # the weight that letters of quotes count under: not every font has them
BOLD_TAGS = {"h1", "h2", "h3", "strong", "b"}  # what the web pages' style sheet sets in bold


@dataclass
class PageStrings:
    """The strings (BCP 47 tag, text) of the flow and of the margins, fields (name -> tooltip), labels of QR codes.

    ``pairs`` are the indexes of strings that begin an element beside one of the same parent in another language.
    ``openings`` are the indexes of the first strings of what begins a page, by its id. ``letters`` are the characters
    of each language and weight (400, 700 or QUOTED), those that show only when a part is opened apart (True).
    """

    lang: str = ""
    strings: list[tuple[str, str]] = field(default_factory=list)
    running: list[tuple[str, str]] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    pairs: list[int] = field(default_factory=list)
    openings: dict[str, int] = field(default_factory=dict)
    letters: dict[tuple[str, int, bool], set[str]] = field(default_factory=dict)

    @property
    def texts(self) -> list[str]:
        """Return every string without its language, and the digits that the style sheet counts pages with."""
        return [text for _lang, text in (*self.strings, *self.running)] + ["0123456789…"]


def read_strings(html: str) -> PageStrings:
    """Read the strings of a page made by render or site; a page counter in a margin reads ``{page}`` or ``{pages}``.

    A well-formed page, as those of paper are, is read by expat, in a third of the time that an HTML parser takes.
    """
    reader, parser = _Reader(), expat.ParserCreate()
    parser.buffer_text, parser.buffer_size = True, len(html.encode()) + 1  # words between two tags are one string
    parser.StartElementHandler, parser.EndElementHandler = reader.begin, reader.handle_endtag
    parser.CharacterDataHandler = reader.handle_data
    try:
        parser.Parse(html, True)
    except expat.ExpatError:
        reader = _Reader()
        reader.feed(html)
        reader.close()
    return reader.found


@dataclass
class _Open:
    """An open element; ``beside`` is the language attribute of its last child, none after words of its own.

    What is ``folded`` shows only when a part of the page is opened; one that ``folds`` shows its summary alone.
    """

    tag: str
    lang: str = ""
    unseen: bool = False
    margin: bool = False
    weight: int = 400
    folded: bool = False
    folds: bool = False
    beside: str = ""


class _Reader(HTMLParser):
    """Follows the open elements: the language of each, and whether it is unseen or in the page's margin."""

    def __init__(self) -> None:
        super().__init__()
        self.found = PageStrings()
        self._open = [_Open("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.begin(tag, {name: value or "" for name, value in attrs})

    def begin(self, tag: str, values: dict[str, str]) -> None:
        around = self._open[-1]
        own = values.get("lang", "")
        margin = around.margin or "running" in values.get("class", "").split()
        if tag == "html":
            self.found.lang = own
        if "opening-" in values.get("id", ""):
            self.found.openings[values["id"]] = len(self.found.strings)
        if tag == "input" and "title" in values:  # the web page names its fields by labels
            self.found.fields[values["name"]] = values["title"]
        if tag == "svg" and values.get("role") == "img":
            self.found.codes.append(values["aria-label"])
        if values.get("class", "") in ("n-page", "n-pages"):
            self._add(own or around.lang, values["class"].replace("n-", "{") + "}", margin=True)
        if own and around.beside not in ("", own) and not margin:
            self.found.pairs.append(len(self.found.strings))
        around.beside = own
        if tag not in VOID:
            weight = QUOTED if tag == "q" else 700 if tag in BOLD_TAGS else around.weight
            folded = around.folded or (around.folds and tag != "summary") or _waits(tag, values)
            folds, unseen = tag == "details" and "open" not in values, around.unseen or tag in UNPRINTED_TAGS
            self._open.append(_Open(tag, own or around.lang, unseen, margin, weight, folded, folds))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        while len(self._open) > 1 and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        around = self._open[-1]
        if not around.unseen:
            style = (around.lang, around.weight, around.folded or around.folds)
            self.found.letters.setdefault(style, set()).update(data)
            if data.strip():
                around.beside = ""
                self._add(around.lang, data, margin=around.margin)

    def _add(self, lang: str, text: str, *, margin: bool) -> None:
        strings = self.found.running if margin else self.found.strings
        if margin and strings and strings[-1][0] == lang:
            strings[-1] = (lang, strings[-1][1] + text)
        else:
            strings.append((lang, text))


def _waits(tag: str, values: dict[str, str]) -> bool:
    """Tell whether an element shows only when it is asked for, `targeted` by an address; `scripted` shows at once."""
    classes = values.get("class", "").split()
    if "scripted" in classes:
        return False
    waits = "targeted" in classes or not values.keys().isdisjoint({"hidden", "popover"})
    return waits or (tag == "dialog" and "open" not in values)
