"""What a machine asks about the process: whether it lives, whether it can work, and its figures. Open; a proxy keeps them inside."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from selfbill.runtime.house import House
from selfbill.store.faults import StoreFault

BEHIND_SECONDS = 30.0
"""Read models that are further behind show people what was true before their last click: not ready."""

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(request: Request) -> JSONResponse:
    """Whether every agency can be served, and how far its read models are behind its events."""
    agencies = {code: _standing(house) for code, house in request.app.state.houses.items()}
    is_ready = all(standing["ready"] for standing in agencies.values())
    return JSONResponse({"ready": is_ready, "agencies": agencies}, 200 if is_ready else 503)


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """The figures in the format of Prometheus."""
    return Response(generate_latest(request.app.state.registry), media_type=CONTENT_TYPE_LATEST)


def _standing(house: House) -> dict[str, object]:
    try:
        lag = house.follower.lag()
    except (StoreFault, OperationalError, PoolTimeout):
        return {"ready": False, "database": False}
    return {
        "ready": lag.seconds <= BEHIND_SECONDS,
        "database": True,
        "lag_events": lag.events,
        "lag_seconds": round(lag.seconds, 1),
        "parked": lag.parked,
    }


class LagCollector(Collector):
    """How far the read models are behind, looked up whenever somebody asks for the figures."""

    def __init__(self, houses: Mapping[str, House]) -> None:
        self._houses = houses

    def collect(self) -> list[GaugeMetricFamily]:
        events = GaugeMetricFamily(
            "selfbill_read_models_lag_events", "Events that are not shown yet.", labels=["agency"]
        )
        seconds = GaugeMetricFamily(
            "selfbill_read_models_lag_seconds", "Age of the oldest event that is not shown yet.", labels=["agency"]
        )
        parked = GaugeMetricFamily(
            "selfbill_read_models_parked_streams", "Streams that are left aside.", labels=["agency"]
        )
        for code, house in self._houses.items():
            try:
                lag = house.follower.lag()
            except (StoreFault, OperationalError, PoolTimeout):
                continue  # the scrape still tells of the others; /readyz tells of this one
            events.add_metric([code], lag.events)
            seconds.add_metric([code], lag.seconds)
            parked.add_metric([code], lag.parked)
        return [events, seconds, parked]

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing is looked up while it is registered."""
        return []
