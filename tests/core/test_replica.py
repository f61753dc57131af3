"""Which database a page reads. A real streaming replica is tried by `make fleet`."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import ResolverMatch

from apps.accounts.models import User
from apps.casefiles.models import CaseFile
from apps.core import replica
from apps.core.replica import COOKIE, ReplicaMiddleware, ReplicaRouter, reading_alias
from apps.territory.models import Commune

pytestmark = pytest.mark.django_db


@pytest.fixture
def _replica(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.DATABASES, "replica", settings.DATABASES["default"])


def read(
    namespace: str, name: str = "index", *, method: str = "get", cookie: str = "", view: Any = None
) -> tuple[HttpResponse, list[str]]:
    """Send one request through the middleware; the answer, and what each reading read."""
    router, databases = ReplicaRouter(), []

    def show(request: HttpRequest) -> HttpResponse:
        databases.append(router.db_for_read(Commune))
        return HttpResponse("ok")

    request = getattr(RequestFactory(), method)("/")
    request.resolver_match = ResolverMatch(
        view or show, (), {}, url_name=name, namespaces=[namespace] if namespace else []
    )
    if cookie:
        request.COOKIES[COOKIE] = cookie
    middleware: ReplicaMiddleware

    def handler(request: HttpRequest) -> HttpResponse:
        middleware.process_view(request)
        try:
            return request.resolver_match.func(request)
        except OperationalError as error:
            response = middleware.process_exception(request, error)
            assert response is not None
            return response

    middleware = ReplicaMiddleware(handler)
    return middleware(request), databases


def test_without_a_replica_there_is_no_middleware() -> None:
    with pytest.raises(MiddlewareNotUsed):
        ReplicaMiddleware(lambda _request: HttpResponse())


def test_writes_and_accounts_are_the_primary_s() -> None:
    router = ReplicaRouter()
    token = replica._reading.set(True)
    try:
        assert reading_alias() == "replica"
        assert router.db_for_read(CaseFile) == "replica"
        assert router.db_for_read(User) == "default"
        assert router.db_for_write(CaseFile) == "default"
        assert not router.allow_migrate("replica", "casefiles")
    finally:
        replica._reading.reset(token)
    assert reading_alias() == "default"


@pytest.mark.usefixtures("_replica")
@pytest.mark.parametrize(
    ("namespace", "name", "method", "is_late"),
    [
        ("care_places", "index", "get", True),
        ("same_day_lines", "commune_line", "get", True),
        ("admin", "casefiles_casefile_changelist", "get", True),
        ("admin", "casefiles_casefile_change", "get", False),
        ("casefiles", "my_space", "get", False),
        ("care_places", "index", "post", False),
        ("", "healthz", "get", False),
    ],
)
def test_only_pages_that_may_be_late_read_the_replica(
    namespace: str, name: str, method: str, is_late: bool
) -> None:
    _, databases = read(namespace, name, method=method)

    assert databases == ["replica" if is_late else "default"]
    assert reading_alias() == "default"


@pytest.mark.usefixtures("_replica")
def test_whoever_posts_is_given_how_far_it_wrote() -> None:
    posted, _ = read("casefiles", "withdraw", method="post")
    shown, _ = read("care_places")

    assert posted.cookies[COOKIE].value.isdecimal()
    assert posted.cookies[COOKIE]["httponly"]
    assert COOKIE not in shown.cookies


@pytest.mark.usefixtures("_replica")
def test_post_is_answered_as_usual_without_a_primary(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(response: HttpResponse) -> None:
        raise OperationalError("the primary is away")

    monkeypatch.setattr(replica, "_note_what_was_written", away)

    posted, _ = read("casefiles", "withdraw", method="post")

    assert (posted.status_code, posted.content) == (200, b"ok")


@pytest.mark.usefixtures("_replica")
@pytest.mark.parametrize(("has_it", "database"), [(True, "replica"), (False, "default")])
def test_what_one_wrote_is_read_back(
    monkeypatch: pytest.MonkeyPatch, has_it: bool, database: str
) -> None:
    monkeypatch.setattr(replica, "_has", lambda position: has_it if position == "7" else None)

    _, databases = read("care_places", cookie="7")

    assert databases == [database]


@pytest.mark.parametrize("position", ["", "0", "99999999999999", "x", "-1", "9" * 40])
def test_promoted_copy_has_everything_and_nonsense_waits_for_nothing(
    monkeypatch: pytest.MonkeyPatch, position: str
) -> None:
    monkeypatch.setattr(replica, "ALIAS", "default")  # a primary, as a promoted copy is

    assert replica._has(position) is True


@pytest.mark.usefixtures("_replica")
def test_replica_that_fails_is_done_without() -> None:
    asked: list[str] = []

    def show(request: HttpRequest) -> HttpResponse:
        asked.append(reading_alias())
        if asked == ["replica"]:
            raise OperationalError("connection timeout expired")
        return HttpResponse("from the primary")

    response, _ = read("care_places", view=show)

    assert response.content == b"from the primary"
    assert asked == ["replica", "default"]
