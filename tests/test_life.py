"""The life of one sentence in docs is what the stages give."""

import life


def test_life_of_a_sentence_is_true(tmp_path):
    """Every excerpt of docs/life-of-a-sentence.md is what its stage makes of the sentence now."""
    assert life.PAGE.read_text(encoding="utf-8") == life.write_page(tmp_path), "run: python tests/life.py"
