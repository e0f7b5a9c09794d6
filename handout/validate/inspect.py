"""Validate: the content of a folder as typed content, or every problem of it at once."""

import re
from dataclasses import dataclass
from pathlib import Path

from handout.base.diagnostics import ContentError, Diagnostic
from handout.load.tree import Tree, load_content
from handout.model.content import Content
from handout.validate import evidence, facts, khmer, markup, references, reports, texts
from handout.validate.typed import type_content

CHECKS = (
    *references.CHECKS,
    *facts.CHECKS,
    *evidence.CHECKS,
    texts.check_texts,
    texts.check_terms,
    texts.check_address,
    markup.check_markup,
    khmer.check_coengs,
    *reports.CHECKS,
)
# What may be said only of content that is read as a whole.
_NEEDS_ALL = re.compile(
    "(?!unknown-locale|missing-font)(missing|unknown|duplicate|optional|glossary|choice|number|quote|section|report|change|revision)-|fact-(ahead|empty|un)|placeholder-differs"
)


@dataclass(frozen=True)
class Inspection:
    """The content as it was read: typed unless it has errors, with its places and problems."""

    content: Content | None
    tree: Tree
    problems: list[Diagnostic]

    def require_content(self) -> Content:
        """Return the content; raises ContentError with every problem when it has errors."""
        if self.content is None:
            raise ContentError(self.problems)
        return self.content


def validate_content(folder: Path, fonts: Path) -> Content:
    """Load and check the content of ``folder``; raises ContentError with every problem of it."""
    return inspect_content(folder, fonts).require_content()


def inspect_content(folder: Path, fonts: Path) -> Inspection:
    """Load and check the content of ``folder``; ``fonts`` holds the bundled fonts."""
    tree, problems = load_content(folder)
    unread = {p.path for p in problems}
    content, invalid, guessed = type_content(tree.data, tree)
    skipped = {(place.path, place.line, place.column) for place in guessed}
    # What a file lacks that could not be read is said already; a place without a line is such a file or folder.
    problems += [p for p in invalid if p.line or not unread]
    if content is not None:
        whole = not any(p.severity == "error" for p in problems)
        found = [*texts.check_characters(content, tree, fonts), *khmer.check_syllables(tree, fonts)]
        found += (p for check in CHECKS for p in check(content, tree))
        found = [p for p in found if (p.path, p.line, p.column) not in skipped]
        problems += [p for p in found if whole or not _NEEDS_ALL.match(p.code)]
    failed = any(p.severity == "error" for p in problems)
    return Inspection(None if failed else content, tree, sorted(set(problems)))
