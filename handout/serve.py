"""Preview: a local page that shows a handout's PDF and phone page side by side and follows every change of a file."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading
import traceback
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import jinja2
import pypdfium2
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from watchfiles import awatch

from handout.diagnostics import Diagnostic, MachineError, format_diagnostics
from handout.explain import list_handouts
from handout.pipeline import Worker, make_worker
from handout.publish import MadeHandout
from handout.render import make_environment
from handout.request import FONTS, TEMPLATES
from handout.sheets import Kept, typeset_leaves
from handout.site import Site, render_phone_page
from handout.validate import inspect_content

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

    from handout.plan import Handout

HOST = "127.0.0.1"
SCALE = 1.5  # pixels a point
Tell = Callable[[dict[str, Any]], None]


@dataclass
class Shown:
    """A handout that was opened: its pages as last made, and how often each of the two has changed."""

    print_html: str = ""
    phone_html: str = ""
    pages: int = 0
    pdf_version: int = 0
    phone_version: int = 0
    kept: Kept = field(default_factory=Kept)


@dataclass
class Preview:
    """The content as it is now, a worker kept warm, and the handouts that somebody has opened."""

    content: Path
    folder: Path
    tell: Tell = lambda _message: None
    problems: list[Diagnostic] = field(default_factory=list)
    handouts: dict[str, Handout] = field(default_factory=dict)
    opened: dict[str, Shown] = field(default_factory=dict)
    environment: jinja2.Environment = field(default_factory=lambda: make_environment(TEMPLATES))
    _worker: Worker | None = None
    _css: str = ""
    _letters: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _pdfium: threading.Lock = field(default_factory=threading.Lock)

    def update(self) -> None:
        """Read the content anew and make what has changed of the opened handouts; what is wrong is shown."""
        with self._lock:
            try:
                worker = self._read()
                if worker is not None:
                    for name in sorted(self.opened.keys() & self.handouts.keys()):
                        self._make(worker, name)
            except Exception as error:  # noqa: BLE001  (the preview outlives every mistake in a template)
                self.problems = [explain_failure(error)]
        self.tell({"problems": format_diagnostics(self.problems)})

    def open(self, name: str) -> Shown:
        """Return a handout's pages, made now unless they are there."""
        if name not in self.opened:
            self.opened[name] = Shown()
            self.update()
        return self.opened[name]

    def draw_page(self, name: str, number: int) -> bytes:
        """Return one page of the PDF as PNG."""
        with self._pdfium, pypdfium2.PdfDocument(self.folder / f"{name}.pdf") as document:
            buffer = BytesIO()
            document[number].render(scale=SCALE, may_draw_forms=False).to_pil().save(buffer, "PNG", compress_level=1)
            return buffer.getvalue()

    def _read(self) -> Worker | None:
        """Read the content and return the worker for it; None when it has errors."""
        inspection = inspect_content(self.content, FONTS)
        self.problems = inspection.problems
        if inspection.content is None:
            return None
        self.handouts = list_handouts(inspection.content)
        languages = inspection.content.languages.values()
        css = self.environment.get_template("print.css.j2").render(guide=inspection.content.guide, languages=languages)
        if self._worker is None or css != self._css:
            self._worker = make_worker(inspection.content, self.folder, self.folder / "fonts")
        self._worker = replace(self._worker, content=inspection.content, environment=self.environment)
        self._css = css
        return self._worker

    def _make(self, worker: Worker, name: str) -> None:
        shown, handout = self.opened[name], self.handouts[name]
        rendered = worker.render(handout)
        made = MadeHandout(handout, shown.pages or 4, 0, "", [])
        site = Site(worker.content, worker.environment, FONTS, worker.cache)
        phone = render_phone_page(site, made.describe(worker.content.guide.checked))
        if phone != shown.phone_html:
            shown.phone_html, shown.phone_version = phone, shown.phone_version + 1
            self.tell({"id": name, "phone": shown.phone_version})
        if rendered.html + self._css != shown.print_html:
            self._letters.update(rendered.strings.texts)
            path, month = self.folder / "new.pdf", worker.content.guide.checked
            typeset_leaves(worker, rendered.html, path, shown.kept, month=month, letters=self._letters)
            path = path.replace(self.folder / f"{name}.pdf")
            with self._pdfium, pypdfium2.PdfDocument(path) as document:
                shown.pages = len(document)
            shown.print_html, shown.pdf_version = rendered.html + self._css, shown.pdf_version + 1
            self.tell({"id": name, "pdf": shown.pdf_version, "pages": shown.pages})


def explain_failure(error: Exception) -> Diagnostic:
    """Return a failure of a template or of typesetting with its place, if it has one."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(str(TEMPLATES))]
    place: tuple[str, int] = (frames[-1].filename, frames[-1].lineno or 0) if frames else ("templates", 0)
    if isinstance(error, jinja2.TemplateSyntaxError):
        place = (str(error.filename), error.lineno)
    return Diagnostic(place[0], place[1], 1, "preview", f"{type(error).__name__}: {error}")


def make_app(preview: Preview) -> Starlette:
    """Return the web application; it watches the files as long as it runs."""
    clients: set[asyncio.Queue[dict[str, Any]]] = set()

    async def watch() -> None:
        async for _changes in awatch(preview.content, TEMPLATES, step=5):
            await asyncio.to_thread(preview.update)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()

        def tell(message: dict[str, Any]) -> None:
            for queue in clients:
                loop.call_soon_threadsafe(queue.put_nowait, message)

        preview.tell = tell
        await asyncio.to_thread(preview.update)
        watcher = asyncio.create_task(watch())
        yield
        watcher.cancel()

    async def show_index(_request: Request) -> Response:
        return _render_page(preview, None)

    async def show_handout(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in preview.handouts:
            return await show_index(request)
        await asyncio.to_thread(preview.open, name)
        return _render_page(preview, name)

    async def show_phone(request: Request) -> Response:
        return HTMLResponse(preview.opened[request.path_params["name"]].phone_html)

    async def show_pdf(request: Request) -> Response:
        return FileResponse(preview.folder / f"{request.path_params['name']}.pdf", media_type="application/pdf")

    async def show_picture(request: Request) -> Response:
        name, number = request.path_params["name"], request.path_params["number"]
        return Response(await asyncio.to_thread(preview.draw_page, name, number), media_type="image/png")

    async def send_events(_request: Request) -> Response:
        return StreamingResponse(_stream(clients), media_type="text/event-stream")

    def guard(endpoint: Callable[[Request], Any]) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            if "name" in request.path_params and request.path_params["name"] not in preview.opened:
                return PlainTextResponse("open its page first", status_code=404)
            response: Response = await endpoint(request)
            return response

        return answer

    routes = [
        Route("/", show_index),
        Route("/show/{name}", show_handout),
        Route("/phone/{name}", guard(show_phone)),
        Route("/pdf/{name}", guard(show_pdf)),
        Route("/page/{name}/{number:int}", guard(show_picture)),
        Route("/events", send_events),
        Mount("/", StaticFiles(directory=TEMPLATES / "site")),
    ]
    # Another web page must not reach the preview under a name of its own.
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])
    return Starlette(routes=routes, lifespan=lifespan, middleware=[hosts])


async def _stream(clients: set[asyncio.Queue[dict[str, Any]]]) -> AsyncIterator[str]:
    queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    clients.add(queue)
    try:
        yield ": connected\n\n"
        while True:
            yield f"data: {json.dumps(await queue.get())}\n\n"
    finally:
        clients.discard(queue)


def _render_page(preview: Preview, name: str | None) -> Response:
    template = preview.environment.get_template("preview.html.j2")
    shown = preview.opened.get(name) if name else None
    problems = format_diagnostics(preview.problems)
    return HTMLResponse(template.render(names=sorted(preview.handouts), name=name, shown=shown, problems=problems))


def serve_preview(content: Path, port: int, folder: Path, announce: Callable[[str], None]) -> None:
    """Serve the preview on this machine alone until it is interrupted; raises MachineError when the port is taken."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            raise MachineError(f"port {port} is taken; run: python build.py serve --port {port + 1}") from None
        listener.listen()
        announce(f"http://{HOST}:{listener.getsockname()[1]}/")
        app = make_app(Preview(content, folder))
        config = uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1)
        uvicorn.Server(config).run(sockets=[listener])
