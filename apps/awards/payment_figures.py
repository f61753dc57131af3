"""What the back office's first page says of payments."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.payment_lists import payments_of
from apps.core import clock
from apps.core.compiled import counts
from apps.core.dashboard import Figure, Group, figures_from
from apps.core.paging import MOST_COUNTED, figure_of

# List, the figure's own words, why it matters, and whose work it is.
_FIGURES = (
    ("a-controler", "Justificatifs à contrôler", "", (Role.CASEWORKER, Role.HEAD)),
    ("a-valider", "Versements à valider", "", (Role.ACCOUNTANT,)),
    ("a-transmettre", "Versements à transmettre", "", (Role.ACCOUNTANT,)),
    (
        "en-retard",
        "Versements en retard",
        "Un justificatif ou un paiement se fait attendre.",
        (Role.CASEWORKER, Role.HEAD, Role.ACCOUNTANT),
    ),
)


@figures_from
def payments_to_handle(user: User) -> Iterator[Figure]:
    """For whoever has a part in payments; lists with nothing in them are left out. One query."""
    shown = [figure for figure in _FIGURES if user.has_role(*figure[3])]
    if not shown:
        return
    slugs = tuple(slug for slug, *_ in shown)
    found = counts(
        payments_of, user.rights, slugs, clock.today(), limit=MOST_COUNTED + 1, reader=user.pk
    )
    address = reverse("admin:awards_instalment_changelist")
    for slug, label, note, _ in shown:
        if found[slug]:
            yield Figure(
                group=Group.TO_DO,
                label=label,
                value=figure_of(found[slug], most=MOST_COUNTED),
                url=f"{address}?vue={slug}",
                note=note,
                is_urgent=slug == "en-retard",
            )
