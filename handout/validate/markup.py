"""Markup: stars, braces and signs of other languages for texts, which would be printed as they stand."""

import re
from collections.abc import Iterator

from handout.base.diagnostics import Diagnostic, Loc
from handout.load.characters import MARKUP
from handout.load.tree import Tree
from handout.model.content import Content
from handout.model.guide import takes_facts

_SIGNS = r"[*#]\d[\d*#]*|(?<=[“‘「\"'(（])\*(?=[”’」\"')）])"  # codes, and a key of the phone
_MARKUP = re.compile(rf"\{{\{{.*?\}}\}}|\*\*(?!\*)(?:(?!\*\*).)+\*\*(?!\*)|{_SIGNS}")
# What other checks look at: the braces of interface words, bold and placeholders in facts.
_IN_WORDS, _IN_VALUES = re.compile(rf"[{{}}]|{_SIGNS}"), re.compile(rf"\{{\{{.*?\}}\}}|\*\*|{_SIGNS}")
_IN_QUOTES = re.compile(r"\{\{.*?\}\}|\*\*(?! )[^*]+(?<! )\*\*")  # no page has them; its other signs are its own
_ONE_STAR = re.compile(r"(?<=\w )\*(?= \w)")
# What is no markup, the words in it, and what to write for them. Rows of "_" are blanks of a form: ___/___ or __年__月.
_STRAY = (
    (re.compile(r"\{[{\s]*(\w+\s*\.\s*\w+)[\s}]*\}|\{[^{}]*\}|[{}]+"), "write {{{{ {} }}}}"),
    (
        re.compile(
            r"!?[\[［](?=\W*\d*[^\W\d])([^\[\]［］]*)[\]］](?:\[\w+\]|[(（](?=[!-(*-~]*[A-Za-z])[!-(*-~]+[)）])"
        ),
        "write {}",
    ),
    (re.compile(r"(?:\* ?)+([^*]*[^* ])(?: ?\*)+|\*+"), "write **{}**"),
    (re.compile(r"(?<![A-Za-z0-9_])(__?|~~|==)(?=[^\s_~=]{2})([^_~=]*[^\s_~=])\1(?![A-Za-z0-9_])"), "write **{}**"),
    (re.compile(r"`+([^`]+)`+|`+|^#{1,6} "), "write **{}**"),
)


def check_markup(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report what looks like bold, a placeholder or a link and is printed as it stands."""
    for loc, node in tree.nodes.items():
        if isinstance(node.value, str) and "://" not in node.value and not _is_formal(content, loc):
            for words in _IN_QUOTES.findall(node.value) if loc[-1] == "quote" else [node.value]:
                yield from _find_stray(tree, loc, words)


def _is_formal(content: Content, loc: Loc) -> bool:
    """Tell whether this is the value of a fact that has a form of its own, such as a code, and can begin with stars."""
    if "facts" not in loc or "value" not in loc:
        return False
    defined = content.guide.facts.regulator if loc[0] == "regulator" else content.guide.facts.operator
    name = str(loc[loc.index("value") - 1])
    return name not in defined or defined[name].kind not in {"name", "text"}


def _find_stray(tree: Tree, loc: Loc, words: str) -> Iterator[Diagnostic]:
    is_value, is_word = "facts" in loc and "value" in loc, loc[0] == "languages"
    has_markup = bool(re.fullmatch("[a-z]{2,3}", str(loc[-1]))) and not is_value and not is_word and takes_facts(loc)
    if has_markup and words.count("**") % 2:  # texts.check_texts says so
        return
    right = _MARKUP if has_markup else _IN_VALUES if is_value else _IN_WORDS if is_word else re.compile(_SIGNS)
    rest = right.sub(lambda match: "\0" * len(match[0]), words).translate(MARKUP)
    if rest.count("*") == 1:
        rest = _ONE_STAR.sub("\0", rest)
    told = set()
    for pattern, hint in _STRAY:
        for match in pattern.finditer(rest):
            part, meant = (words[slice(*match.span(group))] for group in (0, match.lastindex or 0))
            message = f'"{part}" is printed as it stands'
            others = "delete it, or write “*” for the key" if match[0] == "*" else "delete these signs"
            right_form = hint.format(meant) if has_markup and match.lastindex else others
            if part not in told:  # it is found where it stands first
                yield tree.report(loc, "stray-markup", message, right_form, part=part)
            told.add(part)
        rest = pattern.sub(lambda match: "\0" * len(match[0]), rest)
