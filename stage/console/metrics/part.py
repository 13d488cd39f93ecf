"""The part that answers a monitoring system: `/metrics`, for whoever may look (a viewer's token does)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from threading import Lock

from fastapi import FastAPI, Response
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from stage.bus.inbox import Inbox
from stage.console.link.ground import Ground
from stage.console.link.part import Part
from stage.console.metrics.figures import FIGURES, Heard
from stage.console.metrics.frames import FrameFigures
from stage.messages.control import AlertState
from stage.messages.frames import FrameReport
from stage.messages.topics import Record

METRIC_TOPICS = (
    "process.state",
    "process.heartbeat",
    "process.loop",
    "frame.report",
    "tracking.health",
    "camera.margin",
    "render.set",
    "lights.state",
    "show.air",
    "alert",
)


class MetricsPart(Part, Collector):
    """Heard in the bus's thread, read in the server's: a lock lies between."""

    def __init__(self, ground: Ground) -> None:
        self._clock = ground.clock
        self._inbox = Inbox()
        self._alerts: dict[tuple[str, str], AlertState] = {}
        self._lock = Lock()
        self._registry = CollectorRegistry()
        self._frames = FrameFigures(self._registry)
        self._registry.register(self)

    def add_routes(self, app: FastAPI) -> None:
        @app.get("/metrics", tags=["stage"], response_class=Response)
        def metrics() -> Response:
            """Figures of every process for Prometheus. Elsewhere than at the stage's machine: the viewer's token."""
            return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)

    def hear(self, record: Record, now_ns: int) -> None:
        with self._lock:
            if isinstance(record, FrameReport):
                self._frames.hear(record)
            elif isinstance(record, AlertState):
                self._hear_alert(record)
            else:
                self._inbox.put((record,), now_ns)

    def collect(self) -> Iterable[Metric]:
        """All figures as they are now; called by the registry."""
        with self._lock:
            return list(self._figures())

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: what there is depends on the stage."""
        return ()

    def _figures(self) -> Iterator[Metric]:
        heard = Heard(self._inbox, tuple(self._alerts.values()), self._clock.now_ns())
        for figures in FIGURES:
            yield from figures(heard)

    def _hear_alert(self, alert: AlertState) -> None:
        if alert.active:
            self._alerts[alert.code, alert.subject] = alert
        else:
            self._alerts.pop((alert.code, alert.subject), None)
