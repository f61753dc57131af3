"""What the back office's first page says about files."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.models import CaseFile
from apps.casefiles.queues import QUEUES
from apps.casefiles.readers import READER_ROLES
from apps.core import clock
from apps.core.dashboard import Figure, Group, figures_from
from apps.core.paging import MOST_COUNTED, bounded_counts, figure_of

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
    files, today = CaseFile.objects.at_desk_of(user), clock.today()
    shown = [row for row in _FIGURES if works or row[0] != "miens"]
    counts = bounded_counts(
        {slug: QUEUES[slug].narrow(files, user, today) for slug, _, _ in shown},
        limit=MOST_COUNTED + 1,
    )
    address = reverse("admin:casefiles_casefile_changelist")
    for slug, label, note in shown:
        yield Figure(
            group=Group.TO_DO,
            label=label,
            value=figure_of(counts[slug], most=MOST_COUNTED),
            url=f"{address}?vue={slug}",
            note=note if counts[slug] else "",
            is_urgent=slug == "en-retard" and counts[slug] > 0,
        )
