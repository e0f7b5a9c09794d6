"""Hostile content: each input gets its diagnostic at its place; nothing outside is read, opened or run.

A case replaces words of one file; ``§`` in the replacement is where the problem must be told (and is taken out). Cases
that write whole files name line and column. A canary file outside the content is watched by the kernel, and a socket
listens on this machine: neither may be touched.
"""

import contextlib
import ctypes
import os
import select
import shutil
import socket
import time

import pytest

import build
from handout.base.diagnostics import ContentError
from handout.base.paths import FONTS, TEMPLATES
from handout.load import guards
from handout.plan.handouts import Handout
from handout.render.page import HandoutPage, make_environment, render_handout
from handout.render.strings import read_strings
from handout.typeset.typesetter import TypesetError, make_typesetter
from handout.validate.inspect import inspect_content, validate_content

# In faqs.yaml: a value to put hostile words in, and the whole entry.
WORDS = "en: An eSIM can replace a card. Ask {{ operator.name }} if you can change."
ANSWER = "  answer:\n    zh: 余额可能不退"
FAQ, SOURCE, WARNING = "faqs.yaml", "sources.yaml", "warnings.yaml"
ALPHA, ENGLISH, KHMER = "operators/alpha.yaml", "languages/en.yaml", "languages/km.yaml"
PAGE_OF = "page_of: Page {page} of {pages}"
CANARY = "CANARY"  # stands for the canary file's path
PORT = "PORT"  # stands for the number of the port that is listened to


def text(words):
    """Put hostile words into an answer."""
    return FAQ, WORDS, f"en: {words}"


def source(words):
    """Put a hostile address into a source."""
    return SOURCE, "url: https://example.com/help/", f"url: {words}"


# name -> (file, words to replace, replacement with § at the place, code)
EDITS = {
    # Tags, anchors, aliases
    "python object": (*text("§!!python/object/apply:os.system [touch CANARY]"), "yaml-start"),
    "python new": (*text("§!!python/object/new:subprocess.Popen [[cat, CANARY]]"), "yaml-start"),
    "python name": (*text("§!!python/name:os.system x"), "yaml-start"),
    "python module": (*text('§!!python/module:os ""'), "yaml-tag"),
    "python tuple": (*text("§!!python/tuple [a, b]"), "yaml-start"),
    "binary": (*text('§!!binary "cm0gLXJm"'), "yaml-tag"),
    "binary block": (*text("§!!binary |\n      cm0gLXJm"), "yaml-tag"),
    "string tag": (*text('§!!str "words"'), "yaml-tag"),
    "set tag": (*text("§!!set {a, b}"), "yaml-start"),
    "unknown tag": (*text("§!secret words"), "yaml-start"),
    "whole tag": (*text("§!<tag:example.com,2026:x> words"), "yaml-start"),
    "tag on a key": (FAQ, WORDS, f"§!!python/name:os.system {WORDS}", "yaml-start"),
    "anchor on a key": (FAQ, WORDS, f"§&a {WORDS}", "yaml-start"),
    "anchor on a quoted text": (*text('§&a "words"'), "yaml-tag"),
    "anchor": (*text("§&a words"), "yaml-start"),
    "merge key": (FAQ, ANSWER, "  answer:\n    §<<: {en: stolen}\n    zh: 余额可能不退", "wrong-form"),
    # Invisible and misleading characters
    "bidi override": (*text("First §\u202eask"), "unseen-character"),
    "bidi isolate": (*text("First §\u2066ask\u2069"), "unseen-character"),
    "left-to-right mark": (*text("First §\u200eask"), "unseen-character"),
    "Arabic letter mark": (*text("First §\u061cask"), "unseen-character"),
    "bidi override as escape": (*text('§"First \\u202eask"'), "unseen-character"),
    "zero-width space": (*text("First §\u200bask"), "unseen-character"),
    "zero-width space as escape": (*text('§"First \\u200Bask"'), "unseen-character"),
    "soft hyphen": (*text("First §\u00adask"), "unseen-character"),
    "word joiner": (*text("First §\u2060ask"), "unseen-character"),
    "hidden tag letters": (*text("First §\U000e0041ask"), "unseen-character"),
    "variation selector": (*text("First §\ufe0fask"), "unseen-character"),
    "more variation selectors": (*text("First §\U000e0100ask"), "unseen-character"),
    "line separator": (*text("First §\u2028ask"), "unseen-character"),
    "next line": (*text("First §\x85ask"), "unseen-character"),
    "annotation": (*text("First §\ufff9ask"), "unseen-character"),
    "second byte order mark": (*text("First §\ufeffask"), "unseen-character"),
    "noncharacter": (*text("First §\uffffask"), "unseen-character"),
    "null": (*text("First §\x00ask"), "unseen-character"),
    "terminal sequence": (*text("First §\x1b[2Jask"), "unseen-character"),
    "terminal sequence as escape": (*text('§"First \\e[2Jask"'), "unseen-character"),
    "C1 control": (*text("First §\x9bask"), "unseen-character"),
    "delete": (*text("First §\x7fask"), "unseen-character"),
    "in a key": (FAQ, WORDS, WORDS.replace("en:", "e§\u202en:"), "unseen-character"),
    "surrogate as escape": (*text('"First \\u§d800ask"'), "yaml-escape"),
    "private use": (*text("First §\ue000ask"), "missing-glyph"),
    "script without a font": (*text("First §\u0e01ask"), "missing-glyph"),
    # Templates
    "class of a text": (*text("Ask §{{ ''.__class__ }}"), "bad-placeholder"),
    "expression": (*text("Ask §{{ 7*7 }}"), "bad-placeholder"),
    "filter": (*text("Ask §{{ operator.name|safe }}"), "bad-placeholder"),
    "call": (*text("Ask §{{ operator.name() }}"), "bad-placeholder"),
    "index": (*text("Ask §{{ operator['name'] }}"), "bad-placeholder"),
    "long way": (*text("Ask §{{ operator.name.__class__ }}"), "bad-placeholder"),
    "private attribute": (*text("Ask §{{ operator.__class__ }}"), "unknown-fact"),
    "attribute that is no fact": (*text("Ask §{{ operator.differences }}"), "unknown-fact"),
    "another object": (*text("Ask §{{ self.environment }}"), "bad-placeholder"),
    "placeholder in a placeholder": (*text("Ask §{{ {{ operator.name }} }}"), "template-syntax"),
    "dictionary": (*text("Ask §{{ {}.__class__ }}"), "template-syntax"),
    "open placeholder": (*text("Ask §{{ operator.name first"), "template-syntax"),
    "closed placeholder": (*text("Ask operator.name §}} first"), "template-syntax"),
    "statement": (*text("Ask §{% include 'CANARY' %}"), "template-syntax"),
    "comment": (*text("Ask §{# hidden #}"), "template-syntax"),
    "other template": (*text("Ask §${7*7}"), "template-syntax"),
    "yet another template": (*text("Ask §<%= 7*7 %>"), "template-syntax"),
    "format of an attribute": (ENGLISH, PAGE_OF, "page_of: §Page {page.__class__} of {pages}", "wrong-braces"),
    "format by position": (KHMER, "page_of: ទំព័រទី {page}", "page_of: §ទំព័រទី {0}", "wrong-braces"),
    "format that fills memory": (ENGLISH, PAGE_OF, "page_of: §Page {page:>999999999} of {pages}", "wrong-braces"),
    "format with a conversion": (ENGLISH, PAGE_OF, "page_of: §Page {page!r} of {pages}", "wrong-braces"),
    # HTML and CSS
    "script": (*text("First §<script>alert(1)</script>"), "html"),
    "image": (*text("First §<img src=file://CANARY>"), "html"),
    "image on a host": (*text("First §<img src=//127.0.0.1:PORT/x>"), "html"),
    "end of the style sheet": (*text("First §</style><script>"), "html"),
    "document type": (*text("First §<!DOCTYPE html>"), "html"),
    "PHP": (*text("First §<?php ask"), "html"),
    "HTML as escape": (*text('§"First \\x3cscript>"'), "html"),
    "entity": (*text("First §&lt;b&gt; ask"), "html"),
    "numbered entity": (*text("First §&#60;b> ask"), "html"),
    "url of a file": (*text("First §url(file://CANARY)"), "css"),
    "url of a host": (*text("First §url (http://127.0.0.1:PORT/)"), "css"),
    "import": (*text("First §@import 'CANARY'"), "css"),
    "file scheme": (*text("First §file:///etc/passwd"), "scheme"),
    "script scheme": (*text("First §javascript:alert"), "scheme"),
    "data scheme": (*text("First §data:text/html,x"), "scheme"),
    "address in prose": (*text("First see §http://127.0.0.1:PORT/x"), "typed-fact"),
    "font family that ends the rule": (KHMER, "family: Noto Sans Khmer", "family: 'X\"; src: §url(http://x'", "css"),
    "font family with a brace": (KHMER, "family: Noto Sans Khmer", "family: §'X\" } body { color: red'", "wrong-form"),
    "language tag that ends the selector": (KHMER, "bcp47: km", "bcp47: §'km\"] { color: red } [x=\"'", "wrong-form"),
    "language tag with HTML": (KHMER, "bcp47: km", "bcp47: '§<b>'", "html"),
    # Paths and addresses
    "absolute font": (KHMER, "regular: NotoSansKhmer-Regular.ttf", "regular: §CANARY", "wrong-form"),
    "font outside": (KHMER, "regular: NotoSansKhmer-Regular.ttf", "regular: §../../../canary.ttf", "wrong-form"),
    "Windows font": (KHMER, "regular: NotoSansKhmer-Regular.ttf", "regular: §'C:\\Windows\\arial.ttf'", "wrong-form"),
    "no font": (KHMER, "regular: NotoSansKhmer-Regular.ttf", "regular: §fonts.conf", "wrong-form"),
    "hidden font": (KHMER, "regular: NotoSansKhmer-Regular.ttf", "regular: §.ttf", "wrong-form"),
    "missing font": (KHMER, "regular: NotoSansKhmer-Regular.ttf", "regular: §Other.ttf", "missing-font"),
    "locale outside": (KHMER, "locale: km", "locale: §../../../etc/passwd", "unknown-locale"),
    "id that climbs": (ALPHA, "id: alpha\n", "id: §../../evil\n", "wrong-form"),
    "absolute id": (ALPHA, "id: alpha\n", "id: §/etc/cron\n", "wrong-form"),
    "id with capitals": (ALPHA, "id: alpha\n", "id: §Alpha\n", "wrong-form"),
    "id with a line end": (ALPHA, "id: alpha\n", 'id: §"alpha\\n"\n', "wrong-form"),
    "id with HTML": (FAQ, "id: faq-lapse", "id: '§<b>'", "html"),
    "id of an item that climbs": (FAQ, "id: faq-lapse", "id: §../faq", "wrong-form"),
    "pair that climbs": ("guide.yaml", "pairs: [zh-km,", "pairs: [§../km,", "wrong-form"),
    "javascript source": (*source("§javascript:alert(1)"), "scheme"),
    "file source": (*source("§file:///etc/passwd"), "scheme"),
    "source with a quote": (*source("§'https://x.example/\" onclick=\"x'"), "wrong-address"),
    "source with HTML": (*source("'https://x.example/§<script>'"), "html"),
    "site that is a script": (ALPHA, "value: example.com", "value: §javascript:alert(1)", "scheme"),
    "site with a space": (ALPHA, "value: example.com", "value: §example.com onclick=x", "fact-form"),
    # Khmer and numbers
    "Khmer sign without a letter": (WARNING, "km: សូមប្រយ័ត្ន", "km: §\u17c1 សូមប្រយ័ត្ន", "broken-khmer"),
    "Khmer vowels in the wrong order": (WARNING, "km: សូមប្រយ័ត្ន", "km: §\u1780\u17b6\u17c1 សូមប្រយ័ត្ន", "khmer-order"),
    "full-width digits": (*text("Call §\uff10\uff11\uff12\uff13\uff14\uff15 now"), "typed-fact"),
}  # fmt: skip

BOMB = "- &a [x, x]\n" + "".join(f"- &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefghi", "bcdefghij", strict=True))
# name -> (file, bytes, line, column, code)
FILES = {
    "alias bomb": (FAQ, BOMB.encode(), 1, 3, "yaml-start"),
    "alias of itself": (FAQ, b"&a [*a]\n", 1, 1, "yaml-start"),
    "alias of nothing": (FAQ, b"- id: *x\n", 1, 7, "yaml-start"),
    "brackets": (FAQ, b"[" * 100_000, 1, 21, "yaml-deep"),
    "braces": (FAQ, b"{a: " * 100_000, 1, 81, "yaml-deep"),
    "dashes": (FAQ, b"- " * 100_000, 1, 41, "yaml-deep"),
    "question marks": (FAQ, b"? " * 100_000, 1, 41, "yaml-deep"),
    "stairs": (FAQ, b"".join(b" " * i + b"a:\n" for i in range(500)), 21, 21, "yaml-deep"),
    "many values": (FAQ, b"- a\n" * 150_000, 99_999, 3, "too-big"),
    "10 MB": (FAQ, b"- id: " + b"x" * 10_000_000, 0, 0, "too-big"),
    "long text": (FAQ, b"- id: " + b"x" * 20_000, 1, 7, "too-big"),
    "long text in lines": (FAQ, b"- id: |\n" + b"    x\n" * 20_000, 1, 7, "too-big"),
    "long key": (FAQ, b'? "' + b"x" * 20_000 + b'"\n: y\n', 1, 3, "too-big"),
    "two documents": (FAQ, b"[]\n---\n[]\n", 2, 1, "yaml-documents"),
    "directive": (FAQ, b"%TAG ! tag:example.com,2026:\n---\n- !x y\n", 3, 3, "yaml-start"),
    "list as a key": (FAQ, b"? [a, b]\n: c\n", 1, 1, "yaml-start"),
    "nothing": (FAQ, b"", 1, 1, "empty-file"),
    "only a comment": (FAQ, b"# nothing\n", 1, 1, "empty-file"),
    "one word": (FAQ, b"nothing\n", 1, 1, "wrong-type"),
    "UTF-16": (FAQ, "- id: x\n".encode("utf-16"), 1, 1, "not-utf8"),
    "UTF-16 without a mark": (FAQ, ("- id: x\n" * 40).encode("utf-16-be"), 0, 0, "not-text"),
    "UTF-32": (FAQ, "- id: x\n".encode("utf-32"), 1, 1, "not-utf8"),
    "Latin-1": (FAQ, "- id: é\n".encode("latin-1"), 1, 1, "not-utf8"),
    "GBK": (FAQ, "- id: x\n- id: 注销\n".encode("gbk"), 2, 1, "not-utf8"),
    "overlong UTF-8": (FAQ, b"- id: \xc0\xaf\n", 1, 1, "not-utf8"),
    "surrogates in UTF-8": (FAQ, b"- id: \xed\xa0\x80\n", 1, 1, "not-utf8"),
    "cut off in a character": (FAQ, "- id: 注".encode()[:-1], 1, 1, "not-utf8"),
    "random bytes": (FAQ, bytes(range(256)) * 8, 2, 1, "not-utf8"),
    "nulls": (FAQ, b"\0" * 5000, 0, 0, "not-text"),
    "Windows device": ("operators/con.yaml", b"id: con\n", 0, 0, "device-name"),
    "Windows port": ("operators/com1.yaml", b"id: com1\n", 0, 0, "device-name"),
}


def link_file(content, canary):
    (content / FAQ).unlink()
    (content / FAQ).symlink_to(canary)
    return f"content/{FAQ}", "outside-link"


def link_operator(content, canary):
    (content / "operators" / "evil.yaml").symlink_to(canary)
    return "content/operators/evil.yaml", "outside-link"


def link_inside(content, canary):
    (content / "operators" / "evil.yaml").symlink_to("alpha.yaml")
    return "content/operators/evil.yaml", "outside-link"


def link_folder(content, canary):
    (content / "operators").rename(canary.parent / "operators")
    (content / "operators").symlink_to(canary.parent / "operators")
    return "content/operators/alpha.yaml", "outside-link"


def link_nowhere(content, canary):
    (content / FAQ).unlink()
    (content / FAQ).symlink_to("/nowhere/at/all")
    return f"content/{FAQ}", "outside-link"


def link_to_itself(content, canary):
    (content / FAQ).unlink()
    (content / FAQ).symlink_to(FAQ.replace("faqs", "other"))
    (content / "other.yaml").symlink_to(FAQ)
    return f"content/{FAQ}", "missing-file"


def link_device(content, canary):
    (content / FAQ).unlink()
    (content / FAQ).symlink_to("/dev/zero")
    return f"content/{FAQ}", "outside-link"


def put_pipe(content, canary):
    os.mkfifo(content / "operators" / "evil.yaml")
    return "content/operators/evil.yaml", "missing-file"


def put_folder(content, canary):
    (content / "operators" / "evil.yaml").mkdir()
    return "content/operators/evil.yaml", "missing-file"


def put_twin(content, canary):
    (content / "operators" / "ALPHA.yaml").write_text("id: alpha\n")
    return "content/operators/alpha.yaml", "name-collision"


def put_much(content, canary):
    for number in range(70):
        (content / "operators" / f"evil{number}.yaml").write_bytes(b"#" * 1_000_000)
    return "content/operators/evil9.yaml", "too-big"


SETTINGS = [link_file, link_operator, link_inside, link_folder, link_nowhere, link_to_itself, link_device, put_pipe,
            put_folder, put_much, put_twin]  # fmt: skip


inotify = pytest.mark.linux("inotify, which tells that a file is opened")


class Watch:
    """Sees whether a file is opened, as the kernel tells it (inotify), or a port of this machine is connected to."""

    OPENED = 0x20  # IN_OPEN

    def __init__(self, canary):
        libc = ctypes.CDLL(None, use_errno=True)
        self.notes = libc.inotify_init1(os.O_NONBLOCK)
        assert libc.inotify_add_watch(self.notes, os.fsencode(canary), self.OPENED) >= 0
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]

    def find_touched(self):
        ready, _, _ = select.select([self.notes, self.server], [], [], 0)
        with contextlib.suppress(BlockingIOError):
            os.read(self.notes, 4096)
        if self.server in ready:
            self.server.accept()[0].close()
        return {"canary" if one == self.notes else "port" for one in ready}

    def close(self):
        os.close(self.notes)
        self.server.close()


@pytest.fixture
def canary(tmp_path):
    """A file outside of the content, a YAML file as well as a secret."""
    path = tmp_path / "canary.ttf"
    path.write_text("- id: secret-of-another-folder\n")
    return path


@pytest.fixture
def watch(canary):
    """The canary and a listening socket; a test fails when one of the two was touched."""
    watch = Watch(canary)
    yield watch
    touched = watch.find_touched()
    watch.close()
    assert touched == set()


@inotify
def test_watch_sees_a_touch(canary):
    """The watch itself works: opening the canary and connecting to the port are seen."""
    watch = Watch(canary)
    assert watch.find_touched() == set()
    canary.read_text()
    assert watch.find_touched() == {"canary"}
    socket.create_connection(("127.0.0.1", watch.port)).close()
    assert watch.find_touched() == {"port"}
    watch.close()


def check(content):
    """Return the problems of a content, which must be told within seconds."""
    start = time.monotonic()
    with pytest.raises(ContentError) as caught:
        validate_content(content, FONTS)
    assert time.monotonic() - start < 10
    return caught.value.diagnostics


HARMLESS = {
    "letters and a semicolon": text("AT&T; R&D; Q&A"),
    "a word and a colon": text("Your data:it is yours"),
    "address with brackets": source("https://example.com/url(1)"),
    "address with a colon": source("https://example.com/data:x,y/file:a"),
    "address with an ampersand": source("https://example.com/?a=1&lt;=2"),
    "address in Chinese": source("https://example.com/请看（一）/–"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_words(name, content_copy):
    """What only looks like HTML, CSS or another address is let through."""
    file, old, new = HARMLESS[name]
    path = content_copy / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    found = inspect_content(content_copy, FONTS).problems
    assert [p.code for p in found if p.severity == "error"] == []


def test_there_are_enough():
    """More than the eighty that are asked for."""
    assert len(EDITS) + len(FILES) + len(SETTINGS) >= 80


@inotify
@pytest.mark.parametrize("name", EDITS)
def test_hostile_words(name, content_copy, canary, watch):
    """Hostile words in a file are told with their code, at their line and column."""
    file, old, new, code = EDITS[name]
    path = content_copy / file
    raw = path.read_text(encoding="utf-8")
    assert old in raw, f"{file} no longer has {old!r}: choose another place"
    new = new.replace(CANARY, str(canary)).replace(PORT, str(watch.port))
    marked = raw.replace(old, new, 1)
    assert marked.count("§") == 1, "mark the place with one §"
    at = marked.index("§")
    path.write_text(marked.replace("§", ""), encoding="utf-8", newline="")
    place = (f"content/{file}", marked.count("\n", 0, at) + 1, at - marked.rfind("\n", 0, at), code)
    assert place in [(d.path, d.line, d.column, d.code) for d in check(content_copy)]


@inotify
@pytest.mark.parametrize("name", FILES)
def test_hostile_file(name, content_copy, watch):
    """Hostile files are told with their code, at their place."""
    file, data, line, column, code = FILES[name]
    (content_copy / file).write_bytes(data)
    assert (f"content/{file}", line, column, code) in [(d.path, d.line, d.column, d.code) for d in check(content_copy)]


@inotify
@pytest.mark.parametrize("setting", SETTINGS)
def test_hostile_folder(setting, content_copy, canary, watch, capsys):
    """Links, pipes and masses of files are told, by a check and by a build, which reads nothing behind them."""
    path, code = setting(content_copy, canary)
    assert (path, code) in [(d.path, d.code) for d in check(content_copy)]
    output = content_copy.parent.absolute() / "output"
    assert build.main(["build", "--content", str(content_copy), "--output", str(output)]) == 1
    assert f"{path}: error:" in capsys.readouterr().out
    assert not output.exists()


HOSTILE = "<script>alert(1)</script> \"' & url(file:///etc/passwd) </style> {% x %} <img src=x onerror=y>"


@inotify
def test_words_are_escaped_everywhere(frozen_content, watch):
    """Were hostile words let through, they would still be printed letter for letter, as words and in attributes."""
    first = frozen_content.warnings[0]
    words = first.text.model_copy(update={"root": dict.fromkeys(first.text.root, HOSTILE)})
    broken = frozen_content.model_copy(update={"warnings": [first.model_copy(update={"text": words})]})
    page = HandoutPage(broken, Handout("alpha", "zh", "en", "standard"))
    html = render_handout(make_environment(TEMPLATES), page)
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "&lt;script&gt;alert(1)" in html
    said = "".join("".join(said for _lang, said in read_strings(html).strings).split())
    assert "".join(HOSTILE.split()) in said.replace("\u200b", "").replace("\u2060", "")


def test_placeholder_is_no_expression(frozen_content):
    """A placeholder that checks let through would be refused, not computed."""
    page = HandoutPage(frozen_content, Handout("alpha", "zh", "en", "standard"))
    words = frozen_content.warnings[0].text.model_copy(update={"root": {"en": "{{ 7*7 }}"}})
    with pytest.raises(Exception, match=r"7\*7"):
        page.words(words, frozen_content.languages["en"])


@pytest.mark.parametrize(
    "hostile",
    [
        '<img src="file://CANARY"/>',
        '<img src="http://127.0.0.1:PORT/x.png"/>',
        '<p style="background: url(file://CANARY)"></p>',
        '<p style="background: url(http://127.0.0.1:PORT/x)"></p>',
        '<link rel="stylesheet" href="http://127.0.0.1:PORT/x.css"/>',
        '<link rel="attachment" href="file://CANARY"/>',
        "<style>@import url(file://CANARY);</style>",
        "<style>@font-face { font-family: x; src: url(http://127.0.0.1:PORT/x) } p { font-family: x }</style><p>x</p>",
        '<object data="file://CANARY"></object>',
        '<svg aria-hidden="true" xmlns="http://www.w3.org/2000/svg"><image href="file://CANARY" width="9"/></svg>',
        '<base href="http://127.0.0.1:PORT/"/><img src="x.png"/>',
        "<img src=\"data:image/svg+xml,&lt;svg xmlns='http://www.w3.org/2000/svg'/>\"/>",
    ],
)
@inotify
def test_typesetter_fetches_nothing(hostile, canary, watch, tmp_path):
    """Even HTML that asks for it gets no file and no host: the build fails loudly."""
    html = hostile.replace(CANARY, str(canary)).replace(PORT, str(watch.port))
    page = f'<html lang="en"><head><title>x</title></head><body>{html}</body></html>'
    typesetter = make_typesetter("head, style { display: none }", FONTS)
    with pytest.raises(TypesetError, match=r"may not load|Failed to render SVG|without a base URI"):
        typesetter.typeset_handout(page, (), tmp_path / "x.pdf", month="2026-11")


def test_exchanged_font_is_told(content_copy, tmp_path):
    """A font that is not the pinned one is refused by its name."""
    shutil.copytree(FONTS, tmp_path / "fonts")
    path = tmp_path / "fonts" / "NotoSans-Bold.ttf"
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(ContentError) as caught:
        validate_content(content_copy, tmp_path / "fonts")
    assert [(d.path, d.code) for d in caught.value.diagnostics if d.severity == "error"] == [
        (str(path), "font-changed")
    ]


def test_many_problems_are_few_words(content_copy):
    """A file with thousands of risks does not give thousands of messages."""
    (content_copy / FAQ).write_text("".join(f"- <b>{i}\n" for i in range(5000)), encoding="utf-8")
    assert len([d for d in check(content_copy) if d.path == f"content/{FAQ}"]) == guards.MAX_TOLD
