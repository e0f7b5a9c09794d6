"""Preview server: a local page that shows a handout's PDF and phone page and follows every change of a file."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from watchfiles import awatch

from handout.base.diagnostics import MachineError
from handout.base.formats import format_diagnostics
from handout.base.paths import TEMPLATES
from handout.preview.preview import Preview

HOST = "127.0.0.1"


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
