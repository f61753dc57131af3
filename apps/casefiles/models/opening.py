from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, models

from apps.accounts.models import User
from apps.casefiles.models.casefile import CaseFile
from apps.core.dates import format_datetime

# After this long without a new look, the page is taken for closed.
OPEN_FOR = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class OpenedBy:
    """Somebody else who has the file open, and since when."""

    name: str
    since: datetime


class CaseFileOpening(models.Model):
    """Who has a file open: shown to the next agent (« ouvert par … depuis … »)."""

    case_file = models.ForeignKey(CaseFile, on_delete=models.CASCADE, related_name="openings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField("ouvert depuis le")
    seen_at = models.DateTimeField("vu le")

    class Meta:
        verbose_name = "consultation"
        verbose_name_plural = "consultations"
        constraints = (
            models.UniqueConstraint(fields=("case_file", "user"), name="opening_unique"),
        )

    def __str__(self) -> str:
        return f"{self.case_file_id} {self.user_id} {format_datetime(self.seen_at)}"

    @staticmethod
    def record(case_file: CaseFile, user: User, *, at: datetime) -> list[OpenedBy]:
        """Remember that `user` looks at the file, and tell who else does: one query.

        A new visit, after ten minutes away, is kept for good too (FileLook).
        """
        with connection.cursor() as cursor:
            cursor.execute(
                """
                WITH mine AS (
                    INSERT INTO casefiles_casefileopening AS opening
                        (case_file_id, user_id, since, seen_at)
                    VALUES (%(file)s, %(user)s, %(at)s, %(at)s)
                    ON CONFLICT (case_file_id, user_id) DO UPDATE SET
                        since = CASE WHEN opening.seen_at < %(oldest)s
                            THEN EXCLUDED.since ELSE opening.since END,
                        seen_at = EXCLUDED.seen_at
                    RETURNING since
                ), look AS (
                    INSERT INTO casefiles_filelook (case_file_id, user_id, kind, detail, at)
                    SELECT %(file)s, %(user)s, 'page', '', %(at)s FROM mine WHERE since = %(at)s
                )
                SELECT person.first_name, person.last_name, person.email, opening.since
                FROM casefiles_casefileopening AS opening
                JOIN accounts_user AS person ON person.id = opening.user_id
                WHERE opening.case_file_id = %(file)s AND opening.user_id <> %(user)s
                    AND opening.seen_at >= %(oldest)s
                ORDER BY opening.since
                """,
                {"file": case_file.pk, "user": user.pk, "at": at, "oldest": at - OPEN_FOR},
            )
            return [
                OpenedBy(name=f"{first} {last}".strip() or email, since=since)
                for first, last, email, since in cursor.fetchall()
            ]
