"""The app as a server sends it: `streamlit run` finds `app` here.

Every answer tells the browser to load nothing from elsewhere, to run no script but Streamlit's and ours, and to show
the page in no other site's frame: should some text of a base ever slip through as HTML, it can still do nothing.
"""

from __future__ import annotations

import re
import signal
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.starlette import App

from groundedqa.ui.components import SCRIPTS

SCRIPT = Path(__file__).with_name("app.py")
"""What draws the pages."""


def _sources_of_scripts() -> str:
    """The server itself, and the checksums of the scripts that stand in a page: Streamlit's own and ours."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    inline = [*re.findall(r"<script>(.*?)</script>", page, re.DOTALL), *SCRIPTS]
    return " ".join(["'self'", *(f"'sha256-{b64encode(sha256(s.encode()).digest()).decode()}'" for s in inline)])


_HEADERS = {
    "Content-Security-Policy": "; ".join(
        [
            "default-src 'none'",
            f"script-src {_sources_of_scripts()}",
            "style-src 'self' 'unsafe-inline'",  # Streamlit writes its styles while it draws
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # an address may hold a question
}


class _Guarded:
    """Adds the headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._app(scope, receive, guarded)


GUARDS = [Middleware(_Guarded)]
"""What stands around Streamlit's own answers."""


@asynccontextmanager
async def tidy(_: App) -> AsyncIterator[None]:
    """A lifespan at whose end the process goes by itself, so that its temporary folders go with it."""
    yield
    # Uvicorn ends by the signal that it was told to end by, which would leave Python no time to clear up.
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT])


app = App(SCRIPT, middleware=GUARDS, lifespan=tidy)
