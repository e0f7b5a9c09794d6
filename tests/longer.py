"""Longer texts: what an editor's next sentence does to a page."""

from __future__ import annotations

import math
import re

import yaml
from icu4py.breakers import WordBreaker
from pydantic import BaseModel

from handout.model.texts import Text, split_markup

ENDING = re.compile(r"[\s.!?。？！៕។៖:：]*$")


def lengthen_text(text, languages, share):
    """Return a text that is longer by at least the share in every language, by words of its own put in at its end."""
    return Text({code: lengthen_words(words, languages[code], share) for code, words in text.root.items()})


def lengthen_words(words, language, share):
    """Return words of one language longer by at least the share; whole words are added, before the last sign."""
    own = " ".join(run.text for run in split_markup(words) if run.kind == "words") or "1"
    pieces = [piece for piece in WordBreaker(own, language.locale) if re.search(r"\w", piece)]
    space = "" if language.breaking == "ideographic" else " "
    added, wanted = "", math.ceil(share * len(own))
    while len(added) < wanted:
        added += space + pieces[len(added) % len(pieces)]
    at = ENDING.search(words).start()
    at = len(words) if words[:at].count("**") % 2 else at
    return words[:at] + added + words[at:]


def replace_text(node, loc, text):
    """Return a copy of content with another text at a path."""
    if not loc:
        return text
    head, *rest = loc
    if isinstance(node, BaseModel):
        name = next((name for name, info in type(node).model_fields.items() if head in (name, info.alias)), head)
        return node.model_copy(update={name: replace_text(getattr(node, name), rest, text)})
    if isinstance(node, dict):
        return node | {head: replace_text(node[head], rest, text)}
    return [*node[:head], replace_text(node[head], rest, text), *node[head + 1 :]]


def add_questions(folder, count):
    """Add questions with short answers to the operator Alpha in a copy of the tests' content."""
    path = folder / "operators" / "alpha.yaml"
    alpha = yaml.safe_load(path.read_text(encoding="utf-8"))
    question = {"zh": "请问清楚。", "en": "Ask about it.", "km": "សូមសួរ។"}
    for number in range(count):
        answer = {code: " ".join([words] * 3) if code != "zh" else words * 3 for code, words in question.items()}
        added = {"id": f"faq-added-{number}", "question": dict(question), "answer": answer}
        alpha["differences"]["add"]["faqs"].append(added)
    path.write_text(yaml.safe_dump(alpha, allow_unicode=True, sort_keys=False, width=10**6), encoding="utf-8")
