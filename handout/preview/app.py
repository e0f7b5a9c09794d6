"""Preview server: a local page that shows a handout's PDF and phone page and follows every change of a file."""

import asyncio
import errno
import json
import os
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import iterate_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from handout.base.diagnostics import MachineError, format_diagnostics
from handout.base.paths import TEMPLATES
from handout.load.files import is_byproduct
from handout.preview.preview import Event, OpenHandout, Preview, explain_failure

HOST = "127.0.0.1"
PAUSE = 0.2  # seconds between two looks at the files
NO_WORKER = {"Content-Security-Policy": "worker-src 'none'"}
# For a browser that still has the published site's worker for this address: it asks for a newer one, which goes.
LAST_WORKER = """addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(registration.unregister()));
"""
FileStates = dict[Path, tuple[int, int, int]]  # which file it is, and when it was changed


class PreviewApp(Starlette):
    """The web application: answers to requests for a preview, and the queue of each page that waits for events."""

    def __init__(self, preview: Preview) -> None:
        self.preview = preview
        self.queues: set[asyncio.Queue[Event | None]] = set()
        self.updating = asyncio.Lock()
        self.closing = False
        routes = [
            Route("/", self.show_list),
            Route("/{start_page}.html", self.show_list),
            Route("/show/{name}", self.show_handout),
            Route("/phone/{name}", self.show_phone),
            Route("/pdf/{name}", self.show_pdf),
            Route("/picture/{name}", self.show_picture),
            Route("/forms/{name}", self.show_form),
            Route("/page/{name}/{number}", self.show_picture),
            Route("/events", self.send_events),
            Route("/sw.js", self.send_last_worker),
            Mount("/fonts", SiteFiles(directory=preview.folder / "site" / "fonts", check_dir=False)),
            Mount("/", SiteFiles(directory=TEMPLATES / "site", check_dir=False)),
        ]
        # Another web page must not reach the preview under a name of its own. A codespace's ports have GitHub's.
        domain = os.environ.get("GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN")
        names = [HOST, "localhost", *([f"*.{domain}"] if domain else [])]
        hosts = Middleware(TrustedHostMiddleware, allowed_hosts=names)
        super().__init__(routes=routes, lifespan=self.run, middleware=[hosts])

    @asynccontextmanager
    async def run(self, _app: Starlette) -> AsyncIterator[None]:
        """Watch the files as long as the application runs."""
        states = read_states(self.preview.content, TEMPLATES)
        await self._update()
        watcher = asyncio.create_task(self._watch(states))
        yield
        watcher.cancel()

    async def _watch(self, states: FileStates) -> None:
        while True:
            await asyncio.sleep(PAUSE)
            before, states = states, await asyncio.to_thread(read_states, self.preview.content, TEMPLATES)
            if states != before:
                await self._update()

    async def _update(self, name: str | None = None) -> None:
        """Make what has changed, or a handout if it is still to be opened, when what is being made is done."""
        async with self.updating:
            if self.closing or name in self.preview.opened:
                return
            if name:
                self.preview.opened[name] = OpenHandout()
            async for event in iterate_in_threadpool(self.preview.update()):
                self.announce(event)

    def announce(self, event: Event | None) -> None:
        """Send an event to every page that waits; None is the last one."""
        for queue in self.queues:
            queue.put_nowait(event)

    async def show_list(self, request: Request) -> Response:
        """Show the list of all handouts, also where a phone page links a language's start page."""
        pages = {code for handout in self.preview.handouts.values() for code in (handout.reader, handout.staff)}
        known = request.path_params.get("start_page", "index") in {"index", *pages}
        return self._show(status=200 if known else 404)

    async def show_handout(self, request: Request) -> Response:
        """Show a handout with the list of all; the list alone where there is no such handout."""
        try:
            return self._show(await self._open(request))
        except HTTPException as error:
            return self._show(status=error.status_code)

    def _show(self, name: str | None = None, status: int = 200) -> Response:
        preview = self.preview
        shown = preview.opened[name] if name else None
        try:
            template = preview.environment.get_template("preview.html.j2")
            return HTMLResponse(template.render(preview=preview, name=name, shown=shown), status)
        except Exception as error:  # noqa: BLE001  (this page's own template may be gone or have a mistake)
            return PlainTextResponse(format_diagnostics([explain_failure(error)]), 503, {"Refresh": "1"})

    async def show_phone(self, request: Request) -> Response:
        """Show a handout's phone page, which may start no worker: that would outlive the preview."""
        page = self.preview.opened[await self._open(request)].phone_html
        return HTMLResponse(page or "not made yet", 200 if page else 404, NO_WORKER)

    async def show_pdf(self, request: Request) -> Response:
        """Show a handout's PDF."""
        name = await self._open(request)
        if not self.preview.opened[name].pages:
            raise HTTPException(404, "not made yet")
        return FileResponse(self.preview.folder / f"{name}.pdf", media_type="application/pdf")

    async def show_picture(self, request: Request) -> Response:
        """Show a page of a handout's PDF as a picture, by its number from 0 on or by a picture's file name."""
        name = await self._open(request)
        named = "1" if request.path_params["name"].endswith(".2.png") else "0"
        picture = await asyncio.to_thread(self.preview.draw_page, name, request.path_params.get("number", named))
        return Response(picture, 200 if picture else 404, media_type="image/png")

    async def show_form(self, request: Request) -> Response:
        """Show what a phone page needs to fill in a handout's PDF."""
        form = await asyncio.to_thread(self.preview.describe_form, await self._open(request))
        return JSONResponse(form, 200 if form else 404)

    async def _open(self, request: Request) -> str:
        """Return the name of the handout asked for, which is made if it has not been opened yet."""
        name = self.preview.find_handout(request.path_params["name"])
        if name and (name not in self.preview.opened or not self.preview.opened[name].pages):
            await self._update(name)
        if name not in self.preview.opened.keys() & self.preview.handouts.keys():
            raise HTTPException(503 if self.closing else 404, "no such handout")
        return name

    async def send_last_worker(self, _request: Request) -> Response:
        """Send a worker that takes the place of one from the published site and ends."""
        return Response(LAST_WORKER, media_type="text/javascript")

    async def send_events(self, _request: Request) -> Response:
        """Send the present state, then every event until the page is left or the preview ends."""
        return StreamingResponse(self._listen(), media_type="text/event-stream")

    async def _listen(self) -> AsyncIterator[str]:
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        for state in self.preview.describe():
            queue.put_nowait(state)
        if self.closing:
            queue.put_nowait(None)
        self.queues.add(queue)
        try:
            while event := await queue.get():
                yield f"data: {json.dumps(event)}\n\n"
        finally:
            self.queues.discard(queue)


class SiteFiles(StaticFiles):
    """The files that phone pages share: they may be gone for a while, and a browser asks for them each time."""

    async def check_config(self) -> None:
        """Take the folder as it is."""

    def file_response(self, *given: Any, **named: Any) -> Response:
        """Return a file's answer, which is not to be kept unasked."""
        response = super().file_response(*given, **named)
        response.headers["Cache-Control"] = "no-cache"
        return response


class PreviewServer(uvicorn.Server):
    """A server that ends the streams of events before it waits for the last answers."""

    def __init__(self, app: PreviewApp) -> None:
        super().__init__(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
        self.app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams and, when what is being made is done, the server."""
        self.app.closing = True
        async with self.app.updating:
            self.app.announce(None)
        await super().shutdown(sockets)


def read_states(*tops: Path) -> FileStates:
    """Return the state of each file below some folders, which may go, come back or be replaced at any time.

    What editors leave beside their files is none: it comes and goes while somebody types.
    """
    states: FileStates = {}
    seen: set[tuple[int, int]] = set()
    for folder, folders, names in (found for top in tops for found in os.walk(top, followlinks=True)):
        with suppress(OSError):
            status = Path(folder).stat()
            if (status.st_dev, status.st_ino) in seen:  # a link has led back
                folders.clear()
            seen.add((status.st_dev, status.st_ino))
        for path in (Path(folder, name) for name in names if not is_byproduct(name)):
            with suppress(OSError):  # gone in this moment
                state = path.stat()
                states[path] = (state.st_ino, state.st_mtime_ns, state.st_ctime_ns)
    return states


def serve_preview(
    content: Path, port: int, folder: Path, announce: Callable[[str], None], drafts: Sequence[str] = ()
) -> None:
    """Serve the preview on this machine alone until it is interrupted; raises MachineError without the port.

    ``drafts`` are language pairs that are shown with English in place of what is not translated yet.
    """
    try:
        listener = socket.create_server((HOST, port))
    except OSError as error:
        known = {errno.EADDRINUSE: "is taken", errno.EACCES: "needs an administrator's rights, as all below 1024 do"}
        if (reason := known.get(error.errno or 0)) is None:
            raise MachineError(f"port {port} cannot be used: {error.strerror}") from None
        other = port + 1 if 1024 <= port < 65535 else 8000
        raise MachineError(f"port {port} {reason}; run: python build.py serve --port {other}") from None
    with listener:
        announce(f"http://{HOST}:{listener.getsockname()[1]}/")
        PreviewServer(PreviewApp(Preview(content, folder, drafts))).run(sockets=[listener])
