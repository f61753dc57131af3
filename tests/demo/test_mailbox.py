from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import DjangoAssertNumQueries, Settings

from apps.casefiles.receipts import service
from apps.notifications.models import OutgoingEmail
from apps.notifications.queue import queue_email
from tests.demo import urls
from tests.factories.files import StoredFileFactory
from tests.factories.notifications import OutgoingEmailFactory
from tests.support.client import PortalClient
from tests.support.jobs import run_jobs
from tests.support.uploads import pdf_bytes

pytestmark = pytest.mark.django_db
LIST = "/demo/courriels/"


@pytest.fixture
def demo(settings: Settings) -> None:
    settings.DEMO = True
    settings.ROOT_URLCONF = urls.__name__


def page_of(email: OutgoingEmail) -> str:
    return f"{LIST}{email.pk}/"


def test_outside_the_demo_the_mailbox_has_no_address(client: PortalClient) -> None:
    assert client.get(LIST).status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("demo:mailbox")


def test_outside_the_demo_the_views_refuse_too(client: PortalClient, settings: Settings) -> None:
    settings.ROOT_URLCONF = urls.__name__
    email = OutgoingEmailFactory(attachments=[StoredFileFactory()])
    for address in (LIST, page_of(email), f"{page_of(email)}html/", f"{page_of(email)}pieces/1/"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_list_shows_emails_newest_first(
    demo: None,
    client: PortalClient,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    emails = [OutgoingEmailFactory(subject=f"Courriel {number}") for number in range(count)]
    with django_assert_num_queries(2):
        content = client.get(LIST).content.decode()
    shown = re.findall(r'href="(/demo/courriels/\d+/)">(Courriel \d)', content)
    assert shown == [(page_of(email), email.subject) for email in reversed(emails)]
    assert "<title>Courriels envoyés, Orléans Santé</title>" in content


def test_list_is_searched_by_part_of_an_address(demo: None, client: PortalClient) -> None:
    OutgoingEmailFactory(to="alice@exemple.fr", subject="Pour Alice")
    OutgoingEmailFactory(to="bruno@exemple.fr", subject="Pour Bruno")
    content = client.get(LIST, {"adresse": "ALICE"}).content.decode()
    assert "Pour Alice" in content
    assert "Pour Bruno" not in content
    assert "Courriels pour «\u00a0ALICE\u00a0»" in content


def test_search_without_result_says_what_to_do(demo: None, client: PortalClient) -> None:
    content = client.get(LIST, {"adresse": "<script>"}).content.decode()
    assert "Aucun courriel pour cette adresse" in content
    assert 'value="&lt;script&gt;"' in content


def test_empty_mailbox_says_what_to_do(demo: None, client: PortalClient) -> None:
    assert "Aucun courriel n’est encore parti" in client.get(LIST).content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "99", "abc", ""])
def test_nonsense_page_number_shows_a_page(demo: None, client: PortalClient, page: str) -> None:
    OutgoingEmailFactory.create_batch(26)
    assert client.get(LIST, {"page": page}).status_code == 200


def test_email_is_shown_with_text_html_and_files(
    demo: None, client: PortalClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    email = OutgoingEmailFactory(
        text="Ouvrez http://127.0.0.1:8000/suivi/\n",
        attachments=[StoredFileFactory(name="accuse.pdf")],
    )
    with django_assert_num_queries(2):
        response = client.get(page_of(email))
    content = response.content.decode()
    assert '<a href="http://127.0.0.1:8000/suivi/" rel="nofollow">' in content
    assert f'src="/demo/courriels/{email.pk}/html/"' in content
    assert f'<a href="/demo/courriels/{email.pk}/pieces/1/">accuse.pdf</a>' in content
    assert "frame-src 'self'" in response["Content-Security-Policy"]


def test_code_stays_readable_in_the_demo(demo: None, client: PortalClient) -> None:
    email = OutgoingEmailFactory(is_sensitive=True, text="Code 123456")
    run_jobs()
    assert "Code 123456" in client.get(page_of(email)).content.decode()


def test_html_version_is_framed_by_us_only_and_runs_nothing(demo: None) -> None:
    email = OutgoingEmailFactory(html="<html><head><style>p{}</style></head><p>Oui</p></html>")
    response = Client().get(f"{page_of(email)}html/")
    assert response.content.decode() == (
        '<html><head>\n<base target="_top"><style>p{}</style></head><p>Oui</p></html>'
    )
    assert response["Content-Security-Policy"] == (
        "default-src 'none'; "
        "style-src 'sha256-gG2yISYereRMiG2lMXrbiUgi0Ubw9p7QCeWcroOvy9Y='; "
        "frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation"
    )
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_email_without_html_has_no_frame(demo: None, client: PortalClient) -> None:
    email = OutgoingEmailFactory(html="")
    assert "<iframe" not in client.get(page_of(email)).content.decode()
    assert client.get(f"{page_of(email)}html/").status_code == 404


def test_attachment_is_downloaded(demo: None, client: PortalClient) -> None:
    content = pdf_bytes()
    email = OutgoingEmailFactory(attachments=[StoredFileFactory(name="a.pdf", content=content)])
    response = client.get(f"{page_of(email)}pieces/1/")
    assert response.getvalue() == content
    assert response["Content-Disposition"] == 'attachment; filename="a.pdf"'
    assert client.get(f"{page_of(email)}pieces/2/").status_code == 404


@pytest.mark.parametrize("address", [LIST, f"{LIST}1/", f"{LIST}1/html/", f"{LIST}1/pieces/1/"])
def test_mailbox_is_only_read(demo: None, client: PortalClient, address: str) -> None:
    assert client.post(address).status_code == 405


def test_unknown_email_is_not_found(demo: None, client: PortalClient) -> None:
    assert client.get(f"{LIST}999/").status_code == 404


def test_case_file_email_reads_well_in_the_mailbox(demo: None, client: PortalClient) -> None:
    email = queue_email(
        "casefile-message",
        to="camille@exemple.fr",
        context={
            "name": "Camille Démo",
            "programme": "Aide à l’installation",
            "reference": "INS-2026-00042-K",
            "url": "http://127.0.0.1:8000/mon-espace/dossiers/INS-2026-00042-K/",
            "service": service(),
        },
    )
    assert client.get(page_of(email)).status_code == 200
