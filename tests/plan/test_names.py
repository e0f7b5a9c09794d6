"""The names of a handout's files: what stands in a list of downloads, and what no two handouts share."""

from hypothesis import given, settings
from hypothesis import strategies as st

from handout.plan.handouts import Handout, plan_handouts

operators = st.from_regex("[a-z0-9]+([-_][a-z0-9]+)*", fullmatch=True)
codes = st.from_regex("[a-z]{2,3}", fullmatch=True)
editions = st.sampled_from(("standard", "large", "counter"))
handouts = st.builds(Handout, operators, codes, codes, editions)


def test_downloads_say_what_they_are():
    """A download's name says what it is for, whose it is, in which languages, and the edition if it is another."""
    names = {
        edition: Handout("smart", "zh", "km", edition).download_name for edition in ("standard", "large", "counter")
    }
    assert names == {
        "standard": "cancel-sim-smart-zh-km",
        "large": "cancel-sim-smart-zh-km-large",
        "counter": "cancel-sim-smart-zh-km-counter",
    }


@settings(max_examples=200, derandomize=True, deadline=None, database=None)
@given(st.lists(handouts, min_size=2, max_size=8, unique=True))
def test_downloads_have_names_of_their_own(chosen):
    """Whatever operators and languages are called, no two are alike, and every system takes their letters."""
    names = [one.download_name for one in chosen]
    assert len({*names}) == len(names)
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_") for name in names)


def test_no_two_handouts_share_a_file(frozen_content):
    """PDFs, previews and pictures are files of one handout alone."""
    files = [name for one in plan_handouts(frozen_content) for name in (one.pdf, one.preview, *one.pictures)]
    assert len({*files}) == len(files)
