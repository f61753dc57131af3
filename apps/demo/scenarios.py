"""What the demo town shows: about forty files, in every state and of every age.

Pure data; days count back from the day of loading. files.py plays each one through the moves.
"""

from __future__ import annotations

from dataclasses import dataclass

from apps.awards.enums import AgreementStatus, InstalmentStatus
from apps.casefiles.enums import CaseFileState as S
from apps.casefiles.enums import Channel


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One file: where it stands, since when, and what happened on the way.

    `age` is the number of days since it was sent (since it was begun, for a draft).
    """

    state: S
    age: int
    profession: str = "medecin-generaliste"
    supervisor: str = "non"
    has_other_aid: bool = False
    channel: Channel = Channel.ONLINE
    owner: str = "agente"
    missing_piece: bool = False  # « Je ne l’ai pas encore »
    corrected: bool = False  # corrections were asked and sent back
    stops_clock: bool = False  # an indispensable piece is awaited
    late_answer: bool = False  # the corrections are overdue
    messages: int = 0
    note: str = ""
    answered_tasks: int = 99  # drafts: how many pages are filled
    refused_because: str = ""
    agreement: AgreementStatus | None = None  # how far the agreement of an award has come
    paid_until: InstalmentStatus | None = None  # how far its payment has come


KINE, DENTIST, PODIATRIST = "masseur-kinesitherapeute", "chirurgien-dentiste", "pedicure-podologue"
GP, MIDWIFE, NURSE, SPEECH = "medecin-generaliste", "sage-femme", "infirmier", "orthophoniste"

SCENARIOS: tuple[Scenario, ...] = (
    # The first one is Camille's, the applicant that the demo page names.
    Scenario(
        state=S.INCOMPLETE,
        age=12,
        profession=KINE,
        supervisor="promesse",
        stops_clock=True,
        messages=2,
        note="Appelée le matin : le diplôme scanné est illisible, elle le renvoie.",
    ),
    Scenario(state=S.DRAFT, age=3, profession=DENTIST, answered_tasks=3),
    Scenario(state=S.DRAFT, age=20, profession=GP, answered_tasks=1),
    Scenario(state=S.DRAFT, age=1, profession=SPEECH, answered_tasks=99),
    Scenario(state=S.SUBMITTED, age=0, profession=GP),
    Scenario(state=S.SUBMITTED, age=1, profession=KINE, supervisor="deja"),
    Scenario(state=S.SUBMITTED, age=4, profession=MIDWIFE, missing_piece=True),
    Scenario(state=S.SUBMITTED, age=9, profession=PODIATRIST, channel=Channel.DESK),
    Scenario(state=S.SUBMITTED, age=66, profession=NURSE, messages=1),
    Scenario(state=S.SUBMITTED, age=15, profession=DENTIST, corrected=True),
    Scenario(state=S.INCOMPLETE, age=25, profession=DENTIST, late_answer=True),
    Scenario(state=S.INCOMPLETE, age=18, profession=GP, supervisor="promesse"),
    Scenario(state=S.INCOMPLETE, age=40, profession=SPEECH, stops_clock=True, owner="agent"),
    Scenario(state=S.UNDER_REVIEW, age=10, profession=KINE, messages=1),
    Scenario(state=S.UNDER_REVIEW, age=21, profession=GP, has_other_aid=True, messages=3),
    Scenario(state=S.UNDER_REVIEW, age=33, profession=DENTIST, owner="agent", corrected=True),
    Scenario(state=S.UNDER_REVIEW, age=45, profession=MIDWIFE, owner="agent"),
    Scenario(state=S.UNDER_REVIEW, age=57, profession=NURSE, channel=Channel.PHONE),
    Scenario(
        state=S.UNDER_REVIEW,
        age=71,
        profession=PODIATRIST,
        note="Zonage absent pour cette profession : avis demandé à la CPTS.",
    ),
    Scenario(state=S.PROPOSED, age=24, profession=GP, supervisor="deja"),
    Scenario(state=S.PROPOSED, age=29, profession=KINE, owner="agent"),
    Scenario(state=S.PROPOSED, age=38, profession=PODIATRIST, channel=Channel.POST),
    Scenario(
        state=S.PROPOSED,
        age=31,
        profession=DENTIST,
        refused_because="Le cabinet existait déjà : ce n’est pas une première installation.",
    ),
    # The six proposals of the coming session.
    Scenario(state=S.SCHEDULED, age=44, profession=GP),
    Scenario(state=S.SCHEDULED, age=41, profession=KINE, supervisor="promesse"),
    Scenario(state=S.SCHEDULED, age=48, profession=DENTIST, owner="agent"),
    Scenario(state=S.SCHEDULED, age=36, profession=PODIATRIST),
    Scenario(state=S.SCHEDULED, age=52, profession=GP, supervisor="deja", owner="agent"),
    Scenario(
        state=S.SCHEDULED,
        age=39,
        profession=KINE,
        refused_because="Le bail produit porte sur un lieu hors du Loiret.",
    ),
    Scenario(state=S.GRANTED, age=80, profession=GP, messages=1, agreement=AgreementStatus.SENT),
    Scenario(
        state=S.GRANTED,
        age=85,
        profession=KINE,
        supervisor="promesse",
        agreement=AgreementStatus.RETURNED,
    ),
    Scenario(state=S.GRANTED, age=90, profession=DENTIST, owner="agent"),
    Scenario(
        state=S.REJECTED,
        age=88,
        profession=GP,
        refused_because="La personne exerçait déjà à titre libéral dans le Loiret.",
    ),
    Scenario(
        state=S.REJECTED,
        age=95,
        profession=NURSE,
        refused_because="La demande ne porte pas sur un lieu d’exercice.",
        owner="agent",
    ),
    Scenario(state=S.DISMISSED, age=120, profession=SPEECH),
    Scenario(state=S.WITHDRAWN, age=60, profession=MIDWIFE),
    Scenario(state=S.WITHDRAWN, age=14, profession=KINE),
    Scenario(
        state=S.ACTIVE,
        age=200,
        profession=GP,
        supervisor="deja",
        agreement=AgreementStatus.SIGNED,
        paid_until=InstalmentStatus.VALIDATED,
    ),
    Scenario(
        state=S.ACTIVE,
        age=260,
        profession=DENTIST,
        agreement=AgreementStatus.SIGNED,
        paid_until=InstalmentStatus.EXPORTED,
    ),
    Scenario(
        state=S.ACTIVE,
        age=330,
        profession=KINE,
        supervisor="promesse",
        owner="agent",
        agreement=AgreementStatus.SIGNED,
        paid_until=InstalmentStatus.PAID,
    ),
    Scenario(
        state=S.COMPLETED,
        age=700,
        profession=GP,
        supervisor="promesse",
        agreement=AgreementStatus.SIGNED,
        paid_until=InstalmentStatus.PAID,
    ),
    Scenario(state=S.TERMINATED, age=420, profession=PODIATRIST, agreement=AgreementStatus.SIGNED),
)
