"""Web: asks addresses what has become of them, and whether their pages still have the quotes that rest on them.

Nothing else of the project uses a network. It is the standard library that asks: a larger one would follow addresses by
itself, and each step is to be reported here. It takes the machine's proxy and certificates.
"""

import re
import threading
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse, IncompleteRead
from typing import Any
from urllib.error import URLError
from urllib.parse import quote, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPErrorProcessor, Request, build_opener

from handout.tools.answers import Answer, UnreadableError, read_page
from handout.tools.findings import Finding, State, explain_failure, judge_page, judge_status

MOVED = (301, 302, 303, 307, 308)
BUSY = (429, 500, 502, 503, 504)
SIGNS = "!$%&'()*+,/:;=?@[]~"
_GITHUB = re.compile(r"https?://github\.com/([^/]+/[^/]+)/blob/([^?#]+).*")


@dataclass(frozen=True)
class Limits:
    """How long one answer and the whole run may take, and the pause between two questions to a host, all in seconds.

    ``size`` is the most bytes read of a page, ``hops`` how often one address may send on to another.
    """

    timeout: float = 20
    run: float = 300
    pause: float = 1
    size: int = 4_000_000
    hops: int = 5


def ask_addresses(
    wanted: Mapping[str, Collection[str]], agent: str, limits: Limits = Limits()
) -> Iterator[tuple[str, Finding]]:
    """Ask addresses, each with the quotes that rest on it, and yield what became of them, in their order.

    Hosts are asked side by side, the addresses of one host one after the other. The threads end with the process.
    """
    found: dict[str, Future[Finding]] = {address: Future() for address in wanted}
    web, hosts = _Web(agent, limits), defaultdict[str, list[str]](list)
    for address in wanted:
        hosts[_name_host(address)].append(address)

    def ask_all(addresses: Sequence[str]) -> None:
        for address in addresses:
            try:
                found[address].set_result(web.ask_address(address, wanted[address]))
            except Exception as error:  # noqa: BLE001 - a bug is raised again where the finding is waited for
                found[address].set_exception(error)

    for addresses in hosts.values():
        threading.Thread(target=ask_all, args=[addresses], daemon=True).start()
    end = time.monotonic() + limits.run
    for address, finding in found.items():
        try:
            yield address, finding.result(max(0, end - time.monotonic()))
        except TimeoutError:
            yield address, Finding("silent", f"not done after {limits.run:g} seconds")


class _AnyStatus(HTTPErrorProcessor):
    """Takes every answer as it is: no address is followed, and no status raised."""

    def http_response(self, request: Request, response: HTTPResponse) -> Any:
        """Return the answer."""
        del request
        return response

    https_response = http_response


class _Web:
    """Asks addresses; one question to a host at a time."""

    def __init__(self, agent: str, limits: Limits) -> None:
        self.limits = limits
        self.opener = build_opener(_AnyStatus, HTTPCookieProcessor)
        self.opener.addheaders = [("User-Agent", quote(agent, safe=f"{SIGNS} ")), ("Accept", "*/*")]
        self.turns: dict[str, threading.Lock] = {}

    def ask_address(self, address: str, quotes: Collection[str]) -> Finding:
        """Ask an address, and those that it sends on to."""
        first = url = _GITHUB.sub(r"https://raw.githubusercontent.com/\1/\2", address)
        ways: dict[str, None] = {}
        for _ in range(self.limits.hops + 1):
            target, way, finding = self._ask_once(url, quotes)
            if not target:
                break
            url, ways[way] = target, None
        else:
            finding = Finding("dead", "sent on and on")
        if url == first:  # some come back to it, with a cookie
            return finding
        state: State = "moved" if finding.state in {"ok", "changed", "unread"} else finding.state
        words = f"to {hide_login(url)} ({', '.join(ways)}){finding.words and f'; {finding.words}'}"
        return Finding(state, words, finding.lost)

    def _ask_once(self, url: str, quotes: Collection[str]) -> tuple[str, str, Finding]:
        """Return where one address sends on to, and how; else what became of it."""
        if why := _refuse_address(url):
            return "", "", Finding("dead", why)
        try:
            answer = self._ask_politely(url)
        except (OSError, HTTPException, ValueError) as error:
            return "", "", explain_failure(error)
        if answer.status in MOVED and answer.target:
            return _join_address(url, answer.target), str(answer.status), Finding("moved")
        if not 200 <= answer.status < 300:
            return "", "", judge_status(answer.status)
        try:
            page = read_page(answer, self.limits.size)
        except UnreadableError as error:
            return "", "", Finding("unread", str(error))
        if page.target and (target := _join_address(url, page.target)) != url:
            return target, "by the page itself", Finding("moved")
        return "", "", judge_page(page, quotes)

    def _ask_politely(self, url: str) -> Answer:
        """Return an answer; a host that breaks off or is busy is asked a second time, when it likes if that is soon."""
        last = False
        with self.turns.setdefault(_name_host(url), threading.Lock()):
            while True:
                try:
                    answer, wait = self._open(url)
                    if last or answer.status not in BUSY or wait > self.limits.timeout:
                        return answer
                except (URLError, HTTPException, ConnectionError):
                    if last:
                        raise
                    wait = 0
                finally:
                    time.sleep(self.limits.pause)
                time.sleep(wait)
                last = True

    def _open(self, url: str) -> tuple[Answer, int]:
        """Return an answer, and how many seconds the server wants to be left alone."""
        limits, end, body = self.limits, time.monotonic() + 3 * self.limits.timeout, bytearray()
        with self.opener.open(_encode_address(url), timeout=limits.timeout) as response:
            while 200 <= response.status < 300 and len(body) <= limits.size and (part := response.read1(65536)):
                body += part
                if time.monotonic() > end:
                    raise TimeoutError
            if 200 <= response.status < 300 and len(body) <= limits.size and response.length:
                raise IncompleteRead(bytes(body), response.length)
            heads, wait = response.headers, response.headers.get("Retry-After", "")
        answer = Answer(
            url=url,
            status=response.status,
            kind=heads.get_content_type(),
            charset=heads.get_content_charset(),
            packing=heads.get("Content-Encoding", "").strip().lower(),
            target=heads.get("Location", "").encode("latin-1", "replace").decode("utf-8", "replace"),
            body=bytes(body[: limits.size]),
            is_cut=len(body) > limits.size,
        )
        return answer, int(wait) if wait.isascii() and wait.isdigit() else 0


def name_agent(address: str | None) -> str:
    """Return how the project calls itself; ``address`` is that of its web pages, if it has one."""
    return f"handout (link check of cited pages{f'; {address}' if address else ''})"


def _refuse_address(url: str) -> str:
    """Return why an address is not asked, if it is not."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises when it is none
    except ValueError:
        return "not an address"
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return "not asked: no address of the web"
    return "not asked: it has a login in it" if "@" in parts.netloc else ""


def _join_address(url: str, target: str) -> str:
    """Return where an address sends on to, even what is no address."""
    try:
        return urljoin(url, target)
    except ValueError:
        return target


def hide_login(url: str) -> str:
    """Return an address without the name and password that may be in it."""
    return re.sub(r"//[^/?#]*@", "//", url)


def _encode_address(url: str) -> str:
    """Return an address in the letters that a server takes, without the place in the page."""
    parts = urlsplit(url)
    query = f"?{quote(parts.query, safe=SIGNS)}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc.encode('idna').decode()}{quote(parts.path or '/', safe=SIGNS)}{query}"


def _name_host(url: str) -> str:
    return url.lower().split("/")[2] if url.count("/") > 1 else url
