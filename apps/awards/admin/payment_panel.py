"""The payments of an award on the file's page: what is promised, paid, and left."""

from __future__ import annotations

from dataclasses import dataclass

from apps.accounts.models import User
from apps.awards.admin.payment_pages import STATUS_TONES, payment_url, total
from apps.awards.models import Instalment
from apps.casefiles.desk import Panel, adds_panel
from apps.casefiles.enums import AWARDED_STATES
from apps.casefiles.models import CaseFile
from apps.core import clock


@dataclass(frozen=True, kw_only=True)
class Row:
    instalment: Instalment
    url: str
    tone: str
    is_late: bool


@adds_panel
def payments_panel(case_file: CaseFile, user: User) -> Panel | None:
    """Nothing before the award. Read ahead."""
    if case_file.state not in AWARDED_STATES:
        return None
    instalments = list(case_file.instalments.all())
    if not instalments:
        return None
    today = clock.today()
    standing = [item for item in instalments if not item.is_cancelled]
    paid = total(item for item in standing if item.is_paid)
    rows = [
        Row(
            instalment=instalment,
            url=payment_url(instalment),
            tone=STATUS_TONES[instalment.status],
            is_late=instalment.is_late(today),
        )
        for instalment in instalments
    ]
    return Panel(
        template="admin/awards/payments_panel.html",
        context={
            "rows": rows,
            "planned": total(standing),
            "paid": paid,
            "remaining": total(standing) - paid,
        },
    )
