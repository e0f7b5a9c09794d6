"""The line from content to published handouts, one statement a stage."""

from handout.base.diagnostics import Diagnostic
from handout.base.paths import FONTS, TEMPLATES
from handout.plan.handouts import MadeHandout, plan_handouts
from handout.publish.publish import list_published, publish_handouts
from handout.publish.staging import open_staging
from handout.render.page import make_environment
from handout.site.pages import Site
from handout.site.write import PhonePages
from handout.validate.inspect import inspect_content
from handout.workers.make import Progress, make_handouts
from handout.workers.request import Finished, Request, hash_inputs, note_finished


def build_handouts(
    request: Request, progress: Progress = lambda *_: None, warnings: list[Diagnostic] | None = None
) -> list[MadeHandout]:
    """Make every handout asked for, and those published before that the content still has, and publish all or none.

    So the output is of one content, whatever was asked for; what has not changed comes from the cache.
    What the content is warned of is added to ``warnings``. Raises ContentError when the content or a made PDF has
    errors (the output is then as it was) and SelectionError for a name that the guide does not have.
    """
    inputs = hash_inputs(request)
    inspection = inspect_content(request.content, FONTS)
    content = inspection.require_content()
    inspection.tree.forget_nodes()
    if warnings is not None:
        warnings += inspection.problems
    asked = plan_handouts(content, request.operators, request.pairs, request.editions)
    with open_staging(request.output) as staging:
        handouts = sorted({*asked, *list_published(content, request.output)})
        site = Site(content, make_environment(TEMPLATES), FONTS, request.cache / "fonts")
        phone_pages = PhonePages(site, handouts, staging)
        made = make_handouts(inspection, handouts, staging, request, progress, meanwhile=phone_pages.go_on)
        publish_handouts(site, made, staging, request.output, phone_pages)
    note_finished(request, inputs, Finished(len(made), sum(m.pages for m in made)))
    return made
