"""The students that the demo town shows: bursaries in every state, each year after the first too.

Pure data; days count back from the day of loading. students.py plays each one to its award,
student_awards.py further.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from apps.awards.enums import AgreementStatus, InstalmentStatus, RenewalStatus
from apps.casefiles.enums import CaseFileState as S


@dataclass(frozen=True, kw_only=True)
class Student:
    """One bursary: where it stands, `age` days after it was sent, and its renewal if any."""

    state: S
    age: int
    track: str = "zagreb"
    year_of_study: int = 1
    amount: Decimal = Decimal(3000)
    answers: dict[str, str] = field(default_factory=dict)
    agreement: AgreementStatus | None = None  # how far it has come
    first_year: InstalmentStatus | None = None  # where its payment stands, once it is signed
    changed: dict[str, Any] = field(default_factory=dict)  # what the renewal says otherwise
    renewal: RenewalStatus | None = None
    is_returned: bool = False
    is_graduate: bool = False


_GRANTED: dict[str, Any] = {"state": S.GRANTED, "agreement": AgreementStatus.SIGNED}
_PAID: dict[str, Any] = {**_GRANTED, "first_year": InstalmentStatus.PAID}

STUDENTS: tuple[Student, ...] = (
    Student(state=S.DRAFT, age=2),
    Student(
        state=S.SUBMITTED,
        age=5,
        track="iasi",
        year_of_study=2,
        answers={"course": "dentaire"},
    ),
    Student(
        state=S.UNDER_REVIEW,
        age=18,
        track="europe-autre",
        answers={"faculty": "Faculté fictive", "country": "Espagne"},
    ),
    Student(
        state=S.PROPOSED,
        age=27,
        track="france-interne",
        year_of_study=2,
        amount=Decimal(10000),
        answers={"faculty": "Tours"},
    ),
    # Granted this autumn: to sign, to prove, to check, to pay.
    Student(state=S.GRANTED, age=72, agreement=AgreementStatus.SENT),
    Student(**_GRANTED, age=74, first_year=InstalmentStatus.AWAITED),
    Student(
        **_GRANTED,
        age=76,
        track="iasi",
        amount=Decimal(9000),
        first_year=InstalmentStatus.RECEIVED,
    ),
    Student(**_GRANTED, age=78, first_year=InstalmentStatus.DUE),
    # Granted last year and paid: their second year at each of its steps.
    Student(**_PAID, age=400, renewal=RenewalStatus.TO_DO),
    Student(**_PAID, age=402, renewal=RenewalStatus.TO_DO, is_returned=True),
    Student(
        **_PAID,
        age=404,
        renewal=RenewalStatus.SENT,
        changed={"has_other_aid": True, "other_aid": "Bourse d’un employeur, 800 € par an"},
    ),
    Student(**_PAID, age=406, track="iasi", amount=Decimal(9000), renewal=RenewalStatus.SENT),
    Student(**_PAID, age=408, renewal=RenewalStatus.PROPOSED),
    Student(**_PAID, age=410, renewal=RenewalStatus.GRANTED),
    Student(**_PAID, age=411, renewal=RenewalStatus.REFUSED),
    # The diploma came, then the first day of practice: the commitment runs.
    Student(
        **_PAID,
        age=412,
        track="france-interne",
        year_of_study=3,
        amount=Decimal(15000),
        answers={"faculty": "Tours"},
        is_graduate=True,
    ),
)
