"""The letters of closed parts: which they are, and that the page begins without their fonts."""

import pytest

from handout.render.strings import read_strings


@pytest.mark.parametrize(
    ("html", "seen", "folded"),
    [
        ("<p>a</p>", "a", ""),
        ("<details><summary>a</summary>b<p>c</p></details>d", "ad", "bc"),
        ("<details open><summary>a</summary>b</details>", "ab", ""),
        ("<details><summary><h2>a</h2></summary><div><p>b</p></div></details>", "a", "b"),
        ("<details><details><summary>a</summary>b</details></details>c", "c", "ab"),
        ("<details open><summary>a</summary><details><summary>b</summary>c</details></details>", "ab", "c"),
        ("<p hidden>a<b>b</b></p>c", "c", "ab"),
        ('<p hidden="until-found">a</p>b', "b", "a"),
        ('<p class="note scripted" hidden>a</p>', "a", ""),
        ('<details><summary>a</summary><p class="scripted" hidden>b</p></details>', "a", "b"),
        ("<div popover>a<details open>b</details></div>", "", "ab"),
        ('<div class="paper targeted"><p id="x">a</p></div>b', "b", "a"),
        ("<dialog>a</dialog><dialog open>b</dialog>", "b", "a"),
        ('<details><summary>a</summary><input id="x"><br>b</details>c<br>d', "acd", "b"),
    ],
)
def test_letters_of_closed_parts_are_apart(html, seen, folded):
    """What shows only when a part is opened is folded: not a summary, nor what the script shows at once."""
    found = {True: "", False: ""}
    for (_lang, _weight, closed), letters in read_strings(html).letters.items():
        found[closed] += "".join(letters)
    assert {closed: "".join(sorted(letters)) for closed, letters in found.items()} == {False: seen, True: folded}
