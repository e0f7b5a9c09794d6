"""ICU: all that is asked of it, in one place, so that another package can take icu4py's (docs/dependencies.md)."""

from collections.abc import Callable

from icu4py.breakers import LineBreaker, WordBreaker
from icu4py.messageformat import MessageFormat


def split_words(text: str, locale: str) -> list[str]:
    """Return a text in pieces: words, and what stands between them; those of Khmer and Chinese by dictionary."""
    return list(WordBreaker(text, locale))


def split_lines(text: str, locale: str) -> list[str]:
    """Return the pieces of a text between which a line may end."""
    return list(LineBreaker(text, locale))


def make_speller(locale: str, rule: str = "") -> Callable[[int], str]:
    """Return a function that writes a whole number in words, by a rule such as ``%spellout-ordinal`` or the usual."""
    spelling = MessageFormat(f"{{n,spellout{',' * bool(rule)}{rule}}}", locale)
    return lambda number: str(spelling.format({"n": number}))
