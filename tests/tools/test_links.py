"""`facts --links` tells what has become of each address, asked of servers on this machine alone."""

from __future__ import annotations

import gzip
import http.server
import io
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from dataclasses import replace
from functools import partial
from itertools import pairwise
from unittest.mock import Mock
from urllib.error import URLError
from urllib.parse import unquote

import PIL.Image
import pydyf
import pytest
import yaml

from handout.base.paths import FONTS, ROOT
from handout.cli import main as cli
from handout.tools import web
from handout.tools.findings import explain_failure
from handout.tools.links import list_links
from handout.validate.inspect import validate_content

QUOTE = "Please call 812 – it’s free"
PAGE = f"<!doctype html><title>Help</title><p>{QUOTE}</p><p>{'Other words. ' * 30}</p>"
LIMITS = web.Limits(timeout=10, run=60, pause=0, size=100_000, hops=3)
LOOPBACK = "127.0.0.1"


def make_pdf(words):
    """Return a PDF with a line of words."""
    document = pydyf.PDF()
    font = {"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/Helvetica", "Encoding": "/WinAnsiEncoding"}
    drawn = pydyf.Stream([b"BT /F1 12 Tf 20 100 Td (%s) Tj ET" % words.encode("cp1252")])
    document.add_object(drawn)
    fonts = pydyf.Dictionary({"Font": pydyf.Dictionary({"F1": pydyf.Dictionary(font)})})
    page = {"Type": "/Page", "Parent": document.pages.reference, "Contents": drawn.reference, "Resources": fonts}
    document.add_page(pydyf.Dictionary({**page, "MediaBox": pydyf.Array([0, 0, 400, 200])}))
    document.write(written := io.BytesIO())
    return written.getvalue()


def scan_pdf():
    """Return a PDF with a picture alone."""
    PIL.Image.new("L", (40, 40), 200).save(written := io.BytesIO(), "PDF")
    return written.getvalue()


HTML = {"Content-Type": "text/html; charset=utf-8"}
FREE = "<p>Please <b>call</b> 812&nbsp;&ndash; it&#39;s free</p>"
PAGES = {
    "/same": (200, HTML, PAGE),
    "/gone": (200, HTML, PAGE.replace("812", "815")),
    "/not-found": (404, HTML, PAGE),
    "/taken-away": (410, HTML, PAGE),
    "/broken": (500, HTML, PAGE),
    "/busy": (429, {"Retry-After": "0"}, ""),
    "/busy-for-long": (429, {"Retry-After": "3600"}, ""),
    "/forbidden": (403, HTML, PAGE),
    "/301": (301, {"Location": "/same"}, ""),
    "/302": (302, {"Location": "same"}, ""),
    "/303": (303, {"Location": "/same"}, ""),
    "/307": (307, {"Location": "/gone"}, ""),
    "/308": (308, {"Location": "/not-found"}, ""),
    "/two-steps": (301, {"Location": "/302"}, ""),
    "/loop": (302, {"Location": "/loop-back"}, ""),
    "/loop-back": (302, {"Location": "/loop"}, ""),
    "/with-a-cookie": (302, {"Location": "/cookie"}, ""),
    "/cookie": (302, {"Location": "/with-a-cookie", "Set-Cookie": "seen=1"}, ""),
    "/file": (302, {"Location": "file:///etc/hostname"}, ""),
    "/ftp": (301, {"Location": f"ftp://{LOOPBACK}/x"}, ""),
    "/script": (301, {"Location": "javascript:alert(1)"}, ""),
    "/no-address": (301, {"Location": "http://[bad/"}, ""),
    "/login": (301, {"Location": f"http://me:secret@{LOOPBACK}/same"}, ""),
    "/nowhere": (301, {}, ""),
    "/refresh": (200, HTML, "<meta http-equiv=Refresh content='0; URL=\"/same\"'><script></script>"),
    "/refresh-itself": (200, HTML, f'<meta http-equiv="refresh" content="60;url=/refresh-itself">{PAGE}'),
    "/refresh-without-scripts": (
        200,
        HTML,
        f"<noscript><meta http-equiv=refresh content='0;url=/gone'></noscript>{PAGE}",
    ),
    "/gzip": (200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(PAGE.encode())),
    "/bomb": (200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(PAGE.encode() + b" " * 50_000_000)),
    "/bomb-before": (200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(b" " * 50_000_000 + PAGE.encode())),
    "/no-gzip": (200, {**HTML, "Content-Encoding": "gzip"}, PAGE),
    "/brotli": (200, {**HTML, "Content-Encoding": "br"}, b"\x0b\x02\x80abc\x03"),
    "/too-large": (200, HTML, "<p>word</p>" * 20_000 + FREE),
    "/too-large-but-there": (200, HTML, FREE + "<p>word</p>" * 20_000),
    "/cut-in-a-letter": (200, {"Content-Type": "text/html"}, PAGE + " " * (-len(PAGE.encode()) % 3) + "ក" * 60_000),
    "/wrong-charset": (200, {"Content-Type": "text/html; charset=iso-8859-1"}, PAGE),
    "/latin-by-its-old-name": (200, {"Content-Type": "text/html; charset=ISO-8859-1"}, PAGE.encode("cp1252")),
    "/with-a-mark-of-its-bytes": (200, {}, "\ufeff" + PAGE.replace("call", "<b>call</b>")),
    "/latin": (200, {"Content-Type": "text/html; charset=windows-1252"}, PAGE.encode("cp1252")),
    "/latin-in-the-page": (200, {"Content-Type": "text/html"}, b'<meta charset="cp1252">' + PAGE.encode("cp1252")),
    "/unknown-charset": (200, {"Content-Type": "text/html; charset=zip"}, PAGE.encode("cp1252")),
    "/wide": (200, {"Content-Type": "text/html"}, PAGE.encode("utf-16")),
    "/plain": (200, {"Content-Type": "text/plain"}, f"# Help\n\nPlease **call**\n{QUOTE[12:]}."),
    "/no-type": (200, {}, PAGE),
    "/odd-type": (200, {"Content-Type": ';=; charset="utf-8'}, PAGE),
    "/odd-charset": (200, {"Content-Type": "text/html; charset=utf-8, text/html"}, PAGE.encode("cp1252")),
    "/empty": (200, HTML, ""),
    "/made-by-scripts": (
        200,
        HTML,
        "<div id=app></div><noscript>Please enable JavaScript</noscript><script>1</script>",
    ),
    "/picture": (200, {"Content-Type": "image/webp"}, b"RIFF\x00\x00\x00\x00WEBP"),
    "/picture-of-no-kind": (200, {"Content-Type": "application/octet-stream"}, b"RIFF\x00\x00\x00\x00WEBP"),
    "/pdf": (200, {"Content-Type": "application/pdf"}, make_pdf(QUOTE)),
    "/pdf-gone": (200, {"Content-Type": "application/octet-stream"}, make_pdf("Please call 815")),
    "/pdf-of-pictures": (200, {"Content-Type": "application/pdf"}, scan_pdf()),
    "/pdf-broken": (200, {"Content-Type": "application/pdf"}, b"%PDF-1.4 nothing"),
    "/a page/ខ្មែរ?a=b c": (200, HTML, PAGE),
}


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers as PAGES say, or badly; keeps what it was asked."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers["User-Agent"], time.monotonic()))
        name = self.path.lstrip("/")
        if hasattr(self, f"give_{name}"):
            getattr(self, f"give_{name}")()
            return
        status, headers, body = PAGES["/same" if self.headers["Cookie"] else unquote(self.path)]
        body = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for key, value in {**headers, "Content-Length": len(body)}.items():
            self.send_header(key, str(value))
        self.end_headers()
        self.wfile.write(body)

    def give_silence(self):
        self.server.end.wait(10)

    def give_drip(self):
        self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        while not self.server.end.wait(0.1):
            self.wfile.write(b".")

    def give_drip_of_heads(self):
        self.wfile.write(b"HTTP/1.0 200 OK\r\nX: ")
        while not self.server.end.wait(0.1):
            self.wfile.write(b".")

    def give_endless(self):
        self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        while not self.server.end.is_set():
            self.wfile.write(b"word " * 1000)

    def give_closed(self):
        self.connection.shutdown(socket.SHUT_RDWR)

    def give_half(self):
        self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: 1000\r\n\r\n<html>half")

    def give_nonsense(self):
        self.wfile.write(b"no HTTP\r\n\r\n")

    def give_second_time(self):
        if len(self.server.asked) % 2:
            self.connection.shutdown(socket.SHUT_RDWR)
        else:
            self.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n" + PAGE.encode())

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    """A server on this machine."""

    daemon_threads = True

    def __init__(self):
        super().__init__((LOOPBACK, 0), Handler)
        self.asked, self.end = [], threading.Event()
        self.address = f"http://{LOOPBACK}:{self.server_port}"

    def handle_error(self, *_):
        """Say nothing: clients that go away are what is tested."""


def run_server():
    """Yield a server."""
    with Server() as server:
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield server
        server.end.set()
        server.shutdown()


site = pytest.fixture(scope="module")(run_server)
other_site = pytest.fixture(run_server)


@pytest.fixture(autouse=True)
def own_machine(monkeypatch):
    """Only names of this machine are looked up, through no proxy."""
    look_up = socket.getaddrinfo

    def look_up_here(host, *more, **named):
        if host not in (LOOPBACK, "localhost"):
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        return look_up(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", look_up_here)
    monkeypatch.setenv("no_proxy", "*")


def ask(address, *quotes, limits=LIMITS):
    """Return what became of one address."""
    ((asked, finding),) = web.ask_addresses({address: quotes}, "test", limits)
    assert asked == address
    return finding


@pytest.mark.parametrize(
    ("path", "state", "words"),
    [
        ("/same", "ok", ""),
        ("/same#part", "ok", ""),
        ("/gone", "changed", ""),
        ("/not-found", "dead", "answers 404"),
        ("/taken-away", "dead", "answers 410"),
        ("/broken", "dead", "answers 500"),
        ("/busy", "silent", "answers 429"),
        ("/busy-for-long", "silent", "answers 429"),
        ("/forbidden", "unread", "answers 403"),
        ("/301", "moved", r"to http://\S+/same \(301\)$"),
        ("/302", "moved", r"to http://\S+/same \(302\)$"),
        ("/303", "moved", r"to http://\S+/same \(303\)$"),
        ("/307", "moved", r"to http://\S+/gone \(307\)$"),
        ("/308", "dead", r"to http://\S+/not-found \(308\); answers 404"),
        ("/two-steps", "moved", r"to http://\S+/same \(301, 302\)$"),
        ("/loop", "dead", "sent on and on"),
        ("/with-a-cookie", "ok", ""),
        ("/file", "dead", r"to file:///etc/hostname \(302\); not asked"),
        ("/ftp", "dead", "not asked"),
        ("/script", "dead", "not asked"),
        ("/no-address", "dead", "not an address"),
        ("/login", "dead", rf"to http://{LOOPBACK}/same \(301\); not asked: it has a login"),
        ("/nowhere", "unread", "answers 301"),
        ("/refresh", "moved", r"to http://\S+/same \(by the page itself\)$"),
        ("/refresh-itself", "ok", ""),
        ("/refresh-without-scripts", "ok", ""),
        ("/gzip", "ok", ""),
        ("/bomb", "ok", ""),
        ("/bomb-before", "unread", "too long"),
        ("/no-gzip", "unread", "packed in a broken way"),
        ("/brotli", "unread", "packed .* br"),
        ("/too-large", "unread", "too long"),
        ("/too-large-but-there", "ok", ""),
        ("/cut-in-a-letter", "ok", ""),
        ("/wrong-charset", "ok", ""),
        ("/latin", "ok", ""),
        ("/latin-by-its-old-name", "ok", ""),
        ("/with-a-mark-of-its-bytes", "ok", ""),
        ("/latin-in-the-page", "ok", ""),
        ("/unknown-charset", "ok", ""),
        ("/wide", "ok", ""),
        ("/plain", "ok", ""),
        ("/no-type", "ok", ""),
        ("/odd-type", "ok", ""),
        ("/odd-charset", "ok", ""),
        ("/empty", "changed", ""),
        ("/made-by-scripts", "unread", "made by JavaScript"),
        ("/picture", "unread", "image/webp"),
        ("/picture-of-no-kind", "unread", "application/octet-stream"),
        ("/pdf", "ok", ""),
        ("/pdf-gone", "changed", ""),
        ("/pdf-of-pictures", "unread", "a PDF without text"),
        ("/pdf-broken", "unread", "a PDF that cannot be opened"),
        ("/a page/ខ្មែរ?a=b c", "ok", ""),
        ("/silence", "silent", "no answer in time"),
        ("/drip", "silent", "no answer in time"),
        ("/endless", "unread", "too long"),
        ("/closed", "silent", "ended without"),
        ("/half", "silent", "ended without"),
        ("/nonsense", "silent", "ended without"),
        ("/second_time", "ok", ""),
    ],
)
def test_each_answer_has_its_state(path, state, words, site):
    """Whatever a server answers, the state and the words say it, and a quote counts only where it could be compared."""
    site.asked.clear()
    slow = path in ("/silence", "/drip")
    finding = ask(site.address + path, QUOTE, limits=replace(LIMITS, timeout=0.3) if slow else LIMITS)
    assert finding.state == state, finding
    assert re.search(words or "^$", finding.words), finding
    assert finding.lost == ((QUOTE,) if state == "changed" or path == "/307" else ())
    assert len(site.asked) <= LIMITS.hops + 1  # it ends, and soon


@pytest.mark.parametrize(
    ("address", "state", "words"),
    [
        ("http://nobody.invalid/", "dead", "no such host"),
        ("http://me:secret@nobody.invalid/", "dead", "not asked: it has a login in it"),
        ("ftp://nobody.invalid/", "dead", "not asked: no address of the web"),
        ("file:///etc/hostname", "dead", "not asked: no address of the web"),
        ("http:///x", "dead", "not asked: no address of the web"),
        ("http://[bad/", "dead", "not an address"),
        ("http://a b.invalid/", "dead", "not an address"),
        ("http://a..invalid/", "dead", "not an address"),
        ("http://nobody.invalid:port/", "dead", "not an address"),
    ],
)
def test_addresses_that_cannot_be_asked(address, state, words):
    """A host that does not exist is dead; other schemes, logins and what is no address are not asked at all."""
    finding = ask(address)
    assert (finding.state, finding.words) == (state, words)


def test_no_server_and_no_network():
    """Where nothing listens is dead; who cannot ask for a host's address does not say that there is none."""
    with socket.socket() as closed:
        closed.bind((LOOPBACK, 0))
        assert ask(f"http://{LOOPBACK}:{closed.getsockname()[1]}/").state == "dead"
    offline = explain_failure(URLError(socket.gaierror(socket.EAI_AGAIN, "try again")))
    assert (offline.state, explain_failure(OSError("unreachable")).state) == ("silent", "silent")


def test_host_without_ipv6(site, monkeypatch):
    """A host whose first address is of a kind that does not answer is asked at its next."""
    there = [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", 9, 0, 0))]
    there += [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (LOOPBACK, site.server_port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: there)
    assert ask(f"http://both.invalid:{site.server_port}/same", QUOTE).state == "ok"


def test_proxy_of_the_machine(site, monkeypatch):
    """Where the machine reaches the web through a proxy, so does the command: that one is asked for the page."""
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("http_proxy", site.address)
    monkeypatch.setitem(PAGES, "http://nobody.invalid/same", PAGES["/same"])
    assert ask("http://nobody.invalid/same", QUOTE).state == "ok"


def make_certificate(folder):
    """Return the path of a certificate that nobody has signed, with its key."""
    import datetime as dt

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name.from_rfc4514_string("CN=localhost")
    now = dt.datetime.now(tz=dt.UTC)
    blank = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + dt.timedelta(days=1))
    written = [
        blank.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM),
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    ]
    (folder / "certificate.pem").write_bytes(b"".join(written))
    return folder / "certificate.pem"


def test_certificate_errors(site, other_site, tmp_path):
    """A certificate that nobody vouches for, and a server without any, are dead."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(make_certificate(tmp_path))
    other_site.socket = context.wrap_socket(other_site.socket, server_side=True)
    finding = ask(f"https://localhost:{other_site.server_port}/same")
    assert finding.state == "dead"
    assert "certificate" in finding.words
    assert ask(f"https://localhost:{site.server_port}/same").words == "no safe connection to it"


def test_github_files_are_asked_for_themselves(monkeypatch):
    """A file's page on GitHub is made by scripts, so the file is asked; of folders nothing is compared."""
    asked = []

    def answer(_web, url):
        asked.append(url)
        return web.Answer(url=url, status=200, kind="text/html", body=PAGE.encode())

    monkeypatch.setattr(web._Web, "_ask_politely", answer)
    assert ask("https://github.com/a/b/blob/57ace/c%20d/e.md?plain=1#L3", QUOTE).state == "ok"
    assert ask("https://github.com/a/b/tree/57ace/c").state == "unread"
    assert ask("https://github.com/a/b/tree/57ace/c", "lost words").state == "unread"
    assert asked[0] == "https://raw.githubusercontent.com/a/b/57ace/c%20d/e.md"


def test_a_host_is_asked_politely(site, other_site, monkeypatch):
    """One question to a host at a time with a pause between, other hosts meanwhile, by the project's name."""
    site.asked.clear()
    monkeypatch.setitem(PAGES, "/away", (301, {"Location": f"{site.address}/same"}, ""))
    wanted = {f"{other_site.address}/away": []}
    wanted |= {f"{one.address}/same#{number}": [] for number in range(3) for one in (site, other_site)}
    agent = web.name_agent("https://example.org/ខ្មែរ")
    findings = dict(web.ask_addresses(wanted, agent, web.Limits(pause=0.2)))
    assert list(findings) == list(wanted)
    assert other_site.asked[0][2] < site.asked[-1][2]
    for one in (site, other_site):
        times = [when for *_, when in one.asked]
        assert len(times) == 4
        assert all(later - earlier >= 0.2 for earlier, later in pairwise(times))
    assert site.asked[0][1].startswith("handout (link check of cited pages; https://example.org/%E1%9E%81")
    assert web.name_agent(None) == "handout (link check of cited pages)"


def test_the_run_ends(site):
    """A server that answers a letter at a time for ever does not hold up the run longer than it may take."""
    start, wanted = time.monotonic(), {f"{site.address}/drip_of_heads": [], f"{site.address}/same": []}
    findings = dict(web.ask_addresses(wanted, "test", web.Limits(timeout=5, run=0.5)))
    assert {finding.state for finding in findings.values()} == {"silent"}
    assert time.monotonic() - start < 4


def write_addresses(folder, pages, **passage):
    """Let the content's sources have other addresses, and the first fact of Alpha the only quote."""
    path = folder / "sources.yaml"
    text = path.read_text(encoding="utf-8")
    for name, address in pages.items():
        text, count = re.subn(rf"(?ms)(^{name}:.*?url: )\S+", rf"\g<1>{address}", text, count=1)
        assert count == 1
    path.write_text(text, encoding="utf-8")
    for path in (folder / "regulator.yaml", *folder.glob("operators/*.yaml")):
        data = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
        for sourced in [*data["facts"].values(), *filter(None, [data.get("status")])]:
            if isinstance(sourced.get("source"), dict):
                sourced["source"] = list(sourced["source"])
        if path.stem == "alpha":
            data["facts"]["site"]["source"] = {"alpha-help": {"quote": QUOTE, **passage}}
        path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")


def run_links(folder, capsys, monkeypatch, *words, timeout=LIMITS.timeout):
    """Return the exit status, the lines and the last words of facts --links."""
    limits = replace(LIMITS, timeout=timeout)
    monkeypatch.setattr(web, "ask_addresses", partial(web.ask_addresses, limits=limits))
    status = cli.main(["facts", "--links", *words, "--content", str(folder)])
    output = capsys.readouterr()
    return status, output.out.splitlines(), output.err


ALL = dict.fromkeys(["alpha-help", "alpha-terms", "regulator-notice", "regulator-list", "number-plan"], "/same")


@pytest.mark.parametrize(
    ("pages", "status", "states"),
    [
        (ALL, 0, {"ok"}),
        ({**ALL, "alpha-help": "/picture"}, 0, {"ok", "unread"}),
        ({**ALL, "alpha-help": "/gone"}, 1, {"ok", "changed"}),
        ({**ALL, "number-plan": "/301"}, 1, {"ok", "moved"}),
        ({**ALL, "number-plan": "/not-found"}, 1, {"ok", "dead"}),
        ({**ALL, "number-plan": "/silence"}, 1, {"ok", "silent"}),
    ],
)
def test_exit_status(pages, status, states, content_copy, site, capsys, monkeypatch):
    """Only where nobody has to do anything the status is 0; one line an address, however many cite it."""
    write_addresses(content_copy, {name: site.address + path for name, path in pages.items()})
    found, lines, errors = run_links(content_copy, capsys, monkeypatch, timeout=1)
    assert (found, {line.split()[0] for line in lines}) == (status, states)
    assert len(lines) == len(set(pages.values()))
    assert all(f"1 {state}" in errors for state in states - {"ok"})


def test_lines_name_source_fact_place_and_quote(content_copy, site, capsys, monkeypatch):
    """A line has the state, the source, who cites it, the address, its place, and the quote that is gone."""
    write_addresses(
        content_copy, {name: f"{site.address}/gone" if name == "alpha-help" else site.address + "/same" for name in ALL}
    )
    status, lines, _ = run_links(content_copy, capsys, monkeypatch, "--operator", "alpha")
    (line,) = (line for line in lines if line.startswith("changed"))
    assert re.fullmatch(
        rf"changed  alpha-help for alpha\.status, [^:]*: {site.address}/gone \(content/sources\.yaml:18:8\): "
        rf'not there: "{QUOTE}" \(content/operators/alpha\.yaml:\d+:16\)',
        line,
    )
    assert status == 1
    assert not any("beta." in line or "term-" in line for line in lines)


def test_quote_with_a_fixed_address_is_looked_for_there(content_copy, site, capsys, monkeypatch):
    """The page itself may change then; both addresses are asked, in their own lines."""
    write_addresses(
        content_copy,
        {name: site.address + ("/gone" if name == "alpha-help" else "/plain") for name in ALL},
        fixed=f"{site.address}/same",
    )
    status, lines, _ = run_links(content_copy, capsys, monkeypatch)
    told = {line.rpartition("/")[2].split(":")[0]: line.split()[0] for line in lines}
    assert (status, told) == (0, {"gone": "ok", "same": "ok", "plain": "ok"})


@pytest.mark.parametrize(
    ("failure", "state"),
    [
        (socket.gaierror(socket.EAI_NONAME, "not known"), "dead"),
        (socket.gaierror(socket.EAI_AGAIN, "try again"), "silent"),  # as most machines without a network say it
        (ConnectionRefusedError(), "dead"),  # as where a proxy is set that does not run
    ],
    ids=str,
)
def test_without_a_network_nothing_is_called_dead_for_long(failure, state, content_copy, capsys, monkeypatch):
    """When no host at all is reached, it is the machine: status 3, and the lines above are taken back."""
    monkeypatch.setattr(socket, "getaddrinfo", Mock(side_effect=failure))
    status, lines, errors = run_links(content_copy, capsys, monkeypatch)
    assert {line.split()[0] for line in lines} == {state}
    assert status == 3
    assert "is there a network?" in errors


def test_wrong_use(content_copy, capsys, monkeypatch):
    """An unknown operator, or a worksheet as well, is wrong use; nothing is asked."""
    for words in (["--operator", "alhpa"], ["--worksheet"]):
        assert run_links(content_copy, capsys, monkeypatch, *words)[:2] == (2, [])


def test_letters_of_a_server_do_not_steer_the_terminal(content_copy, site, capsys, monkeypatch):
    """What a server says is printed without its control characters."""
    monkeypatch.setitem(PAGES, "/steer", (301, {"Location": "ftp://x/\x1b[2J"}, ""))
    write_addresses(content_copy, dict.fromkeys(ALL, f"{site.address}/steer"))
    _, lines, _ = run_links(content_copy, capsys, monkeypatch)
    assert "ftp://x/?[2J" in lines[0]
    assert "\x1b" not in "".join(lines)


def test_login_in_a_source_is_not_printed(content_copy, capsys, monkeypatch):
    """An address with a password is refused, and the password goes nowhere."""
    write_addresses(content_copy, dict.fromkeys(ALL, "http://me:secret@nobody.invalid/x"))
    status, lines, errors = run_links(content_copy, capsys, monkeypatch)
    assert status == 1
    assert "it has a login" in lines[0]
    assert "secret" not in "".join([*lines, errors])


def test_every_use_is_a_link(frozen_content):
    """Facts, statuses and terms cite addresses; a source without one, or that nothing cites, is not asked."""
    links = {link.address: link for link in list_links(frozen_content)}
    used = {name for link in links.values() for name in link.sources}
    cited = {name for link in links.values() for name in link.cited}
    assert used == {key for key, source in frozen_content.sources.items() if source.url}
    assert {"alpha.status", "alpha.site", "regulator.site"} <= cited
    assert any(name.startswith("term-") for name in cited)
    assert any(name.startswith("beta.") for name in cited)


def test_one_operator_has_the_links_of_its_facts(frozen_content):
    """Its own facts and status cite, and the common facts that it takes; no other operator's, and no term."""
    shared = {f"regulator.{fact.common}" for fact in frozen_content.operators["alpha"].facts.values() if fact.common}
    cited = {name for link in list_links(frozen_content, ["alpha"]) for name in link.cited}
    assert shared
    assert {name for name in cited if not name.startswith("alpha.")} == shared


def test_ctrl_c_ends_at_once(content_copy, site):
    """While a server is silent, Ctrl-C ends the command with status 130 and without a traceback."""
    write_addresses(content_copy, dict.fromkeys(ALL, f"{site.address}/silence"))
    validate_content(content_copy, FONTS)
    site.asked.clear()
    command = [sys.executable, ROOT / "build.py", "facts", "--links", "--content", content_copy]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "no_proxy": "*"}
    )
    while not site.asked:
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=10)
    assert (process.returncode, output, errors) == (130, b"", b"build.py: stopped by Ctrl-C\n")
