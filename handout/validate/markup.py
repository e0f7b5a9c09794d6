"""Markup: stars, braces and signs of other languages for texts, which would be printed as they stand."""

import re
from collections.abc import Iterator

from handout.base.diagnostics import Diagnostic, Loc
from handout.load.tree import Tree
from handout.model.content import Content

_CODE = r"[*#]\d[\d*#]*"
_MARKUP = re.compile(rf"\{{\{{.*?\}}\}}|\*\*(?!\*)(?:(?!\*\*).)+\*\*(?!\*)|{_CODE}")
# What other checks look at: the braces of interface words, bold and placeholders in facts.
_IN_WORDS, _IN_VALUES = re.compile(rf"[{{}}]|{_CODE}"), re.compile(rf"\{{\{{.*?\}}\}}|\*\*|{_CODE}")
# What is no markup, the words in it, and what to write for them.
_STRAY = (
    (re.compile(r"\{[{\s]*+(\w+\s*\.\s*\w+)[\s}]*\}|[{}]+"), "write {{{{ {} }}}}"),
    (re.compile(r"!?[\[［]([^\[\]］]*)[\]］][(\[（][^()\[\]）]*[)\]）]"), "write {}"),
    (re.compile(r"(?:\* ?)++([^*]*[^* ])(?: ?\*)+|\*+"), "write **{}**"),
    (re.compile(r"(?<![A-Za-z0-9_])(_{1,3}|~~|==)(?=[^\s_~=])([^_~=]+)\1(?![A-Za-z0-9_])"), "write **{}**"),
    (re.compile(r"`+([^`]+)`+|`+|^#{1,6} "), "write **{}**"),
)


def check_markup(_content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report what looks like bold, a placeholder or a link and is printed as it stands."""
    for loc, node in tree.nodes.items():
        words = node.value
        if isinstance(words, str) and "://" not in words:
            yield from _find_stray(tree, loc, words)


def _find_stray(tree: Tree, loc: Loc, words: str) -> Iterator[Diagnostic]:
    is_value, is_word = "facts" in loc and "value" in loc, loc[0] == "languages"
    has_markup = bool(re.fullmatch("[a-z]{2,3}", str(loc[-1]))) and not is_value and not is_word
    if has_markup and words.count("**") % 2:  # texts.check_texts says so
        return
    if is_value and not any(map(str.isalpha, words)):  # a code may begin with stars
        return
    right = _MARKUP if has_markup else _IN_VALUES if is_value else _IN_WORDS if is_word else re.compile(_CODE)
    rest = right.sub(lambda match: "\0" * len(match[0]), words)
    for pattern, hint in _STRAY:
        for match in pattern.finditer(rest):
            part, meant = (words[slice(*match.span(group))] for group in (0, match.lastindex or 0))
            message = f'"{part}" is printed as it stands'
            right_form = hint.format(meant) if has_markup and match.lastindex else "delete these signs"
            yield tree.report(loc, "stray-markup", message, right_form, part=part)
        rest = pattern.sub(lambda match: "\0" * len(match[0]), rest)
