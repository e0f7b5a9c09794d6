"""Drafts: content with language pairs that are not translated as a whole yet, to be looked at and never built."""

import re
from collections.abc import Sequence

from handout.base.diagnostics import SelectionError, suggest_name
from handout.model.content import SOURCE_LANGUAGE, Content
from handout.model.texts import walk_texts


def add_drafts(content: Content, pairs: Sequence[str]) -> Content:
    """Return a copy of the content that has these pairs too, with English words in place of missing ones.

    Raises SelectionError for a pair of one language, or of one that has no file.
    """
    codes = [code for pair in pairs for code in pair.split("-")]
    for pair in pairs:
        if not re.fullmatch(r"([a-z]+)-(?!\1$)[a-z]+", pair):
            raise SelectionError(f'"{pair}" is no pair: write two languages, such as vi-km')
    for code in codes:
        if code not in content.languages:
            hint = f"{suggest_name(code, content.languages)}; to begin one: python build.py new-language {code}"
            raise SelectionError(f'no language "{code}", {hint}')
    drafted = content.model_copy(deep=True)
    for _loc, text in walk_texts(drafted):
        for code in codes:
            text.root.setdefault(code, text.root.get(SOURCE_LANGUAGE) or next(iter(text.root.values())))
    together = list(dict.fromkeys([*drafted.guide.pairs, *pairs]))
    return drafted.model_copy(update={"guide": drafted.guide.model_copy(update={"pairs": together})})
