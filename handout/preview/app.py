"""Preview server: a local page that shows a handout's PDF and phone page and follows every change of a file."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from sse_starlette import EventSourceResponse, JSONServerSentEvent, ServerSentEvent
from starlette.applications import Starlette
from starlette.concurrency import iterate_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from watchfiles import awatch

from handout.base.diagnostics import MachineError
from handout.base.paths import TEMPLATES
from handout.preview.preview import Event, OpenHandout, Preview

HOST = "127.0.0.1"


class PreviewApp(Starlette):
    """The web application: answers to requests for a preview, and the queue of each page that waits for events."""

    def __init__(self, preview: Preview) -> None:
        self.preview = preview
        self.queues: set[asyncio.Queue[Event]] = set()
        self.updating = asyncio.Lock()
        routes = [
            Route("/", self.show_page),
            Route("/show/{name}", self.show_page),
            Route("/phone/{name}", self.show_phone),
            Route("/pdf/{name}", self.show_pdf),
            Route("/page/{name}/{number:int}", self.show_picture),
            Route("/events", self.send_events),
            Mount("/", StaticFiles(directory=TEMPLATES / "site")),
        ]
        # Another web page must not reach the preview under a name of its own.
        hosts = Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])
        super().__init__(routes=routes, lifespan=self.run, middleware=[hosts])

    @asynccontextmanager
    async def run(self, _app: Starlette) -> AsyncIterator[None]:
        """Watch the files as long as the application runs."""
        await self._update()
        watcher = asyncio.create_task(self._watch())
        yield
        watcher.cancel()

    async def _watch(self) -> None:
        async for _changes in awatch(self.preview.content, TEMPLATES, step=5):
            await self._update()

    async def _update(self) -> None:
        async with self.updating:
            async for event in iterate_in_threadpool(self.preview.update()):
                for queue in self.queues:
                    queue.put_nowait(event)

    async def show_page(self, request: Request) -> Response:
        """Show the handout of the address with the list of all; without one, the list alone."""
        preview, name = self.preview, request.path_params.get("name")
        if name in preview.handouts and name not in preview.opened:
            preview.opened[name] = OpenHandout()
            await self._update()
        shown = preview.opened.get(name or "")
        template = preview.environment.get_template("preview.html.j2")
        return HTMLResponse(template.render(preview=preview, name=name if shown else None, shown=shown))

    async def show_phone(self, request: Request) -> Response:
        """Show the phone page of an opened handout."""
        return HTMLResponse(self.preview.opened[self._find_name(request)].phone_html)

    async def show_pdf(self, request: Request) -> Response:
        """Show the PDF of an opened handout."""
        return FileResponse(self.preview.folder / f"{self._find_name(request)}.pdf", media_type="application/pdf")

    async def show_picture(self, request: Request) -> Response:
        """Show a page of an opened handout's PDF as a picture."""
        name, number = self._find_name(request), request.path_params["number"]
        return Response(await asyncio.to_thread(self.preview.draw_page, name, number), media_type="image/png")

    def _find_name(self, request: Request) -> str:
        """Return the name of the handout asked for, which must have been opened."""
        name: str = request.path_params["name"]
        if name not in self.preview.opened:
            raise HTTPException(404, "open its page first")
        return name

    async def send_events(self, _request: Request) -> Response:
        """Send every event until the page is left."""
        return EventSourceResponse(self._listen())

    async def _listen(self) -> AsyncIterator[ServerSentEvent]:
        queue: asyncio.Queue[Event] = asyncio.Queue()
        self.queues.add(queue)
        try:
            yield ServerSentEvent(comment="connected")
            while True:
                yield JSONServerSentEvent(await queue.get())
        finally:
            self.queues.discard(queue)


def serve_preview(content: Path, port: int, folder: Path, announce: Callable[[str], None]) -> None:
    """Serve the preview on this machine alone until it is interrupted; raises MachineError when the port is taken."""
    try:
        listener = socket.create_server((HOST, port))
    except OSError:
        raise MachineError(f"port {port} is taken; run: python build.py serve --port {port + 1}") from None
    with listener:
        announce(f"http://{HOST}:{listener.getsockname()[1]}/")
        config = uvicorn.Config(PreviewApp(Preview(content, folder)), log_level="error", timeout_graceful_shutdown=1)
        uvicorn.Server(config).run(sockets=[listener])
