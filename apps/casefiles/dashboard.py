"""What the back office's first page says about files."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.queues import queues_of
from apps.casefiles.readers import READER_ROLES
from apps.core import clock
from apps.core.compiled import counts
from apps.core.dashboard import Figure, Group, figures_from
from apps.core.paging import MOST_COUNTED, figure_of

# Slug of the queue, the figure's own words, and why it matters.
_FIGURES = (
    ("miens", "Mes dossiers", ""),
    ("non-attribues", "Dossiers non attribués", "Personne ne les suit encore."),
    ("en-retard", "Dossiers en retard", "Le délai légal est dépassé."),
    ("en-attente", "En attente du demandeur", "Des corrections sont demandées."),
    ("messages", "Dossiers avec un message à lire", ""),
)


@figures_from
def files_to_handle(user: User) -> Iterator[Figure]:
    """For whoever reads files at the desk; « mes dossiers » for those who handle them. 1 query."""
    works = user.is_superuser or user.has_role(Role.CASEWORKER, Role.HEAD)
    if not (works or user.has_role(*READER_ROLES)):
        return
    shown = [row for row in _FIGURES if works or row[0] != "miens"]
    slugs = tuple(slug for slug, _, _ in shown)
    found = counts(
        queues_of, user.rights, slugs, clock.today(), limit=MOST_COUNTED + 1, reader=user.pk
    )
    address = reverse("admin:casefiles_casefile_changelist")
    for slug, label, note in shown:
        yield Figure(
            group=Group.TO_DO,
            label=label,
            value=figure_of(found[slug], most=MOST_COUNTED),
            url=f"{address}?vue={slug}",
            note=note if found[slug] else "",
            is_urgent=slug == "en-retard" and found[slug] > 0,
        )
