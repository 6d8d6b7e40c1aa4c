"""The application: pages and API over the houses of the agencies that this process serves."""

from collections.abc import Mapping
from pathlib import Path

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.staticfiles import StaticFiles

from selfbill import __version__
from selfbill.clock import Clock, SystemClock
from selfbill.http import answers, watching
from selfbill.http.api import routes as api
from selfbill.http.api.call import PREFIX
from selfbill.http.envelope import Envelope
from selfbill.http.pages import invoices, parties, start
from selfbill.http.security import ClosedGate, Gate
from selfbill.runtime.house import House
from selfbill.settings import Settings

STATIC = Path(__file__).parent / "static"
OPENAPI = f"{PREFIX}/openapi.json"


def make_app(
    settings: Settings, houses: Mapping[str, House], *, gate: Gate | None = None, clock: Clock | None = None
) -> FastAPI:
    """The application for these agencies (by code). Without a gate nobody can log in; the API works with tokens alone."""
    app = FastAPI(title="selfbill", version=__version__, docs_url=None, redoc_url=None, openapi_url=OPENAPI)
    registry = CollectorRegistry()
    app.state.settings = settings
    app.state.houses = houses
    app.state.gate = gate or ClosedGate()
    app.state.clock = clock or SystemClock()
    app.state.registry = registry
    registry.register(watching.LagCollector(houses))
    answers.install(app)
    for router in (watching.router, api.router, start.router, invoices.router, parties.router):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_middleware(Envelope, registry=registry, frame_ancestors=settings.frame_ancestors)
    return app
