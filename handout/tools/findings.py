"""Findings: what has become of an address, by its page, its status, or its failure to answer."""

import socket
import ssl
from collections.abc import Collection
from dataclasses import dataclass
from http.client import InvalidURL
from typing import Literal
from urllib.error import URLError

from handout.tools.answers import Page, list_lost

State = Literal["ok", "moved", "changed", "dead", "silent", "unread"]
GOOD = ("ok", "unread")
"""With these states nobody has to do anything."""
NO_HOST, UNASKED, CLOSED = "no such host", "nobody could be asked for its host", "the host takes no connection"
UNREACHED = (NO_HOST, UNASKED, CLOSED)
"""So much is said of every address where the machine has no network."""


@dataclass(frozen=True)
class Finding:
    """What has become of an address, and the quotes that its page has not any more."""

    state: State
    words: str = ""
    lost: tuple[str, ...] = ()


def judge_page(page: Page, quotes: Collection[str]) -> Finding:
    """Return what became of a page that was read."""
    lost = list_lost(page.text, quotes)
    if page.doubt and (lost or not quotes):
        return Finding("unread", page.doubt)
    return Finding("changed" if lost else "ok", lost=tuple(lost))


def judge_status(status: int) -> Finding:
    """Return what became of an address that does not answer with a page."""
    if status in {404, 410} or status >= 500:
        return Finding("dead", f"answers {status}")
    if status == 429:
        return Finding("silent", "answers 429: asked too often, try again later")
    return Finding("unread", f"answers {status} to programs: look at it in a browser")


def explain_failure(error: Exception) -> Finding:
    """Return what became of an address that gave no answer."""
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return Finding("dead", f"its certificate does not hold: {reason.verify_message}")
    if isinstance(reason, ssl.SSLError):
        return Finding("dead", "no safe connection to it")
    if isinstance(reason, socket.gaierror):
        known = reason.errno != socket.EAI_AGAIN
        return Finding("dead", NO_HOST) if known else Finding("silent", UNASKED)
    if isinstance(reason, ConnectionRefusedError):
        return Finding("dead", CLOSED)
    if isinstance(reason, TimeoutError):
        return Finding("silent", "no answer in time")
    if isinstance(reason, ValueError | InvalidURL):
        return Finding("dead", "not an address")
    return Finding("silent", "the connection ended without a whole answer")
