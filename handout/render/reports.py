"""Reports as they are printed: which of them a page has room for, and amounts and periods in each language."""

from markupsafe import Markup

from handout.model.content import Content
from handout.model.languages import Language
from handout.plan.guide import OperatorGuide
from handout.plan.handouts import Spacing
from handout.plan.reports import Reported, group_reports
from handout.render.formats import format_days
from handout.render.linebreak import keep_together

ANSWERS = 2  # to one question on paper; the phone page has all
# The most facts and answers to each in the standard edition where its page has not much room.
ROOM: dict[Spacing, tuple[int, int]] = {"normal": (3, ANSWERS), "tight": (1, 1)}


def choose_reports(content: Content, guide: OperatorGuide, edition: str, spacing: Spacing) -> dict[str, list[Reported]]:
    """Return the answers that customers had, by fact, the newest first: those for which a page has room.

    What page 1 asks comes first. An ``edition`` is on paper; without one all are returned.
    """
    defined = content.guide.facts.operator
    grouped = group_reports(content, guide.reports, guide.operator)
    names = sorted(grouped, key=lambda name: defined[name].answer is None)
    whole = (len(names), ANSWERS if edition else len(guide.reports))
    facts, answers = ROOM.get(spacing, whole) if edition == "standard" else whole
    return {name: grouped[name][:answers] for name in names[:facts]}


def format_measured(measured: str, language: Language) -> Markup:
    """Return an amount as it stands, a number of days as CLDR writes it."""
    number, unit = measured.split(" ")
    return keep_together(format_days(int(number), language.locale) if unit == "days" else measured)
