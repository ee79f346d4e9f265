"""The application: routers, errors, static files, and the gate around them all."""

from __future__ import annotations

import mimetypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pkgutil import iter_modules
from threading import BoundedSemaphore

from fastapi import APIRouter, FastAPI
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from anamnese import __version__
from anamnese.store import Store
from anamnese.web import api, pages
from anamnese.web.errors import install
from anamnese.web.exporting import Exporting
from anamnese.web.exporting_jobs import Jobs
from anamnese.web.rendering import STATIC, static_digest
from anamnese.web.security import Gate
from anamnese.web.settings import Settings
from anamnese.web.uploads.readers import Readers
from anamnese.web.uploads.staging import Staging

mimetypes.add_type("text/javascript", ".mjs")
mimetypes.add_type("text/javascript", ".js")


def create_app(store: Store, settings: Settings) -> FastAPI:
    """The application over a store. Each module of `pages` and `api` that has a `router` is part of it."""
    readers, exporting = Readers(settings.uploads), Exporting(store)
    jobs = Jobs(exporting)

    @asynccontextmanager
    async def living(app: FastAPI) -> AsyncIterator[None]:
        yield
        readers.close()
        jobs.close()

    app = FastAPI(
        title="anamnese", version=__version__, lifespan=living, docs_url=None, redoc_url=None, openapi_url=None
    )
    app.state.store, app.state.settings = store, settings
    app.state.readers, app.state.staging = readers, Staging()
    app.state.exporting, app.state.jobs = exporting, jobs
    app.state.turns = BoundedSemaphore(settings.uploads.requests)
    for package in (api, pages):
        for module in iter_modules(package.__path__, package.__name__ + "."):
            router: APIRouter | None = getattr(import_module(module.name), "router", None)
            if router is not None:
                app.include_router(router, include_in_schema=package is api)
    app.mount(f"/static/{static_digest()}", _Static(directory=STATIC), name="static")
    install(app)
    app.add_middleware(Gate, store=store, settings=settings)
    return app


class _Static(StaticFiles):
    """Static files, which browsers may keep for ever: another version has another address."""

    async def get_response(self, path: str, scope: Scope):  # type: ignore[no-untyped-def]
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response
