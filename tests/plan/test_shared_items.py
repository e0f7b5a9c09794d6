"""An operator's guide has the common items themselves: copies of each, for each operator, are time and memory."""

from handout.model.guide import Faq
from handout.plan.guide import resolve_guide


def test_only_items_with_words_of_their_own_are_copied(frozen_content):
    """What an operator replaces is its own; all else is the common guide's."""
    common = {id(item) for item in (*frozen_content.faqs, *frozen_content.answers, *frozen_content.warnings)}
    for key, operator in frozen_content.operators.items():
        guide, own = resolve_guide(frozen_content, key), operator.differences
        added = {item.id for item in (*own.add.faqs, *own.add.warnings)}
        shared = [item for item in (*guide.faqs, *guide.answers, *guide.warnings) if item.id not in added]
        assert any(isinstance(item, Faq) for item in shared)
        assert [id(item) in common for item in shared] == [item.id not in own.replace for item in shared]
