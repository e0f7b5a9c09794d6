"""All handouts of a language pair have the airiest spacing that each of them fits in, whatever is built."""

from __future__ import annotations

from longer import lengthen_text, replace_text

from handout.plan.handouts import Handout

BETA = Handout("beta", "en", "km", "standard")
NOTICE = ("operators", "beta", "notice")
TIGHT, TOO_MUCH = 12, 16  # times that the notice on Beta's page 1 is longer: tight spacing, none


def lengthen_notice(content, share):
    """Return content in which Beta's notice is longer."""
    notice = lengthen_text(content.operators["beta"].notice, content.languages, 1)
    short = type(notice)({code: words[: len(words) // 2] for code, words in notice.root.items()})
    for _ in range(share // 4):
        notice = type(notice)({code: f"{words} {short[code]}" for code, words in notice.root.items()})
    return replace_text(content, NOTICE, notice)
