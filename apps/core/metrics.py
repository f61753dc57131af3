"""Figures for Prometheus at /metrics: requests of this process, and what waits in the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from django_prometheus.middleware import PrometheusAfterMiddleware
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector


class AnswersMiddleware(PrometheusAfterMiddleware):
    """django-prometheus' figures by view, of answers that were kept too: it stands above those
    (kept_answers), and calls their view asked as they name it."""

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        request.is_counted = True  # type: ignore[attr-defined]
        super().process_view(request, *view)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.resolver_match and not hasattr(request, "is_counted"):
            self.process_view(request, None)
        counted: HttpResponse = super().process_response(request, response)
        return counted


_JOBS = """
    SELECT queue_name, status::text, count(*),
           coalesce(max(extract(epoch FROM now() - coalesce(scheduled_at, queued_at))), 0)
    FROM procrastinate_jobs
    LEFT JOIN LATERAL (
        SELECT max(at) AS queued_at FROM procrastinate_events WHERE job_id = procrastinate_jobs.id
    ) AS events ON true
    WHERE status IN ('todo', 'doing', 'failed')
    GROUP BY 1, 2
"""


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """For the bearer of settings.METRICS_TOKEN (« Authorization: Bearer … »); else 404."""
    token, given = settings.METRICS_TOKEN, request.headers.get("Authorization", "")
    if not token or not constant_time_compare(given, f"Bearer {token}"):
        raise Http404
    response: HttpResponse = ExportToDjangoView(request)
    registry = CollectorRegistry()
    registry.register(_Waiting())
    response.write(generate_latest(registry))
    return response


class _Waiting(Collector):
    """Jobs by queue and state: one query. Done ones leave the table after three days."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        jobs = GaugeMetricFamily("portal_jobs", "Background jobs.", labels=["queue", "state"])
        late = GaugeMetricFamily(
            "portal_jobs_late_seconds", "Since when the oldest job is due.", labels=["queue"]
        )
        for queue, state, count, seconds in _rows():
            jobs.add_metric([queue, state], count)
            if state == "todo":
                late.add_metric([queue], max(0.0, float(seconds)))
        yield jobs
        yield late


def _rows() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_JOBS)
        return list(cursor.fetchall())
