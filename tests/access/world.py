"""One row of everything that an address can name, made by the verbs that people use.

All of it is the owner's, the host's or the guichet's; the people are those of `people.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress
from django.core import signing
from django.db.models import Model
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.accounts.grants import grant_role
from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.attestations import Presences, record_on_paper
from apps.awards.clawbacks import terminate_award
from apps.awards.commitment_proofs import give_proof
from apps.awards.commitments import add_pause
from apps.awards.enums import PauseKind, Presence, ProofKind
from apps.awards.models import AgreementCopy, CommitmentProof, PaperAccess, RenewalRound
from apps.awards.overrides import allow_both
from apps.awards.proofs import give_proof as give_payment_proof
from apps.awards.scenarios import create_scenario
from apps.casefiles.co_editing import accept_invitation, invitation_address, invite_co_editor
from apps.casefiles.enums import CaseFileState
from apps.casefiles.messaging import send_message, write_note
from apps.casefiles.models import CaseFile, DocumentKind, Rate
from apps.casefiles.models.look import FileLook, LookKind
from apps.juries.money import start_line
from apps.lookups.care_places.appointments import cancel_token
from apps.lookups.care_places.models import Extract, ExtractSource
from apps.lookups.housing.models import Photo, SavedSearch, WaitingEntry
from apps.lookups.housing.notifications import ALERT_SALT, RENEWAL_SALT
from apps.portal.models import PagePart, PageText
from apps.privacy.enums import DeletionCause, PeriodUnit
from apps.privacy.models import DeletionRecord, RetentionPeriod
from apps.privacy.outcomes import Outcome, rule_code
from apps.privacy.packs import ask_pack
from apps.privacy.requests import ask_erasure
from apps.programmes.installation.models import ZoneRule
from apps.programmes.internships.models import RuralRule
from apps.territory.models import ZoneClass
from tests.access.people import everybody
from tests.factories.awards import (
    CLOSED_AT,
    active_file,
    listed_item,
    planned_session,
    voted_envelope,
)
from tests.factories.bank_details import give_account
from tests.factories.bursaries import bursary_staff, opened_renewal, sent
from tests.factories.care_places import AppointmentFactory, PlaceFactory, SlotFactory
from tests.factories.casefiles import installation_file, reference_rows, stored_pdf
from tests.factories.commitments import award_terms, pay_all, promise_of, running_commitment
from tests.factories.files import StoredFileFactory
from tests.factories.housing import SEMESTER, BookingFactory, OfferFactory, RoomFactory
from tests.factories.incompatibilities import rule_between
from tests.factories.innovation import proposal_file, running_call
from tests.factories.internships import (
    ASKED_AT,
    SLUG,
    active_internship,
    duration_band,
    proposed_internship,
    sent_link,
)
from tests.factories.juries import add_criteria, given_review, make_jury, seat
from tests.factories.notifications import OutgoingEmailFactory
from tests.factories.payments import exported, instalment, planned, validated
from tests.factories.same_day_lines import CoverageFactory
from tests.factories.supervisors import AccreditationFactory
from tests.factories.territory import ZoneFactory
from tests.support.uploads import image_bytes

# A Monday of November: the call is open, the jury reads, the room waits for its host's answer.
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
# What follows an award is asked for then: the student has sent the year back.
AFTER = datetime(2027, 10, 5, 9, 0, tzinfo=UTC)
# Nobody else bears it: whoever reads it was shown a file.
OWNER = {"first_name": "Zélie", "last_name": "Zyxwvut", "email": "zyxwvut@exemple.fr"}


@dataclass
class World:
    """`rows`: the row of each model that its addresses name. `values`: what else they name."""

    people: dict[str, User]
    rows: dict[str, Model] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    files: dict[str, CaseFile] = field(default_factory=dict)

    def keep(self, *rows: Model) -> None:
        for row in rows:
            self.rows[row._meta.label_lower] = row

    @property
    def secrets(self) -> set[str]:
        """What no stranger reads anywhere, besides who the owner is."""
        texts = {"Note tenue secrète", "Message tenu secret"}
        return texts | {case_file.reference for case_file in self.files.values()}


def build_world() -> World:
    world = World(people=everybody())
    owner = world.people["owner"]
    User.objects.filter(pk=owner.pk).update(**OWNER)
    EmailAddress.objects.filter(user=owner).update(email=OWNER["email"])
    owner.refresh_from_db()
    parts = (_reference, _commitments, _payments, _installation, _internship, _bursary, _call)
    for part in (*parts, _housing, _care, _privacy):
        part(world)
    return world


def _reference(world: World) -> None:
    """Rules, texts, e-mails: rows that belong to nobody's file."""
    head = world.people["head"]
    reference_rows()
    zone = ZoneFactory()
    coverage = CoverageFactory(commune=zone.commune)
    rule = ZoneRule.objects.create(
        profession="pharmacien",
        zones=[ZoneClass.UNDERSERVED],
        valid_during=(date(2020, 1, 1), None),
        source="Délibération d’essai",
    )
    world.keep(
        *(
            zone,
            zone.commune,
            zone.commune.epci,
            coverage,
            coverage.line,
            rule,
            RuralRule.objects.get(),
        ),
        *(duration_band(), award_terms(), OutgoingEmailFactory(failed=True)),
        *(Rate.objects.earliest("pk"), DocumentKind.objects.earliest("pk")),
        *(ProcrastinateJob.objects.earliest("pk"), world.people["owner"]),
        PageText.objects.create(part=PagePart.HOST, body="Hébergé ici"),
        create_scenario(name="Prudent", programme="installation", year=2026, actor=head),
        voted_envelope(900_000, actor=head),
    )


def _commitments(world: World) -> None:
    """What an award binds to: its proof, its pause, its promise; and one that was broken."""
    owner, head = world.people["owner"], world.people["head"]
    commitment = running_commitment(actor=head, months=None, applicant=owner)
    given = CommitmentProof.objects.create(
        commitment=commitment, due_on=date(2027, 6, 1), asked_at=CLOSED_AT
    )
    give_proof(proof=given, actor=owner, file=stored_pdf(owner))
    pause = add_pause(
        commitment=commitment,
        actor=head,
        first_day=date(2027, 3, 1),
        last_day=date(2027, 4, 1),
        kind=PauseKind.PARENTAL,
        at=datetime(2027, 5, 1, 9, 0, tzinfo=UTC),
    )
    give_account(commitment.case_file, by=owner, at=CLOSED_AT + timedelta(days=12))
    broken = active_file(actor=head, applicant=owner)
    pay_all(broken)
    terminate_award(
        case_file=broken,
        actor=head,
        stops_on=NOW.date(),
        comment="Départ.",
        shown=Decimal(37_000),
        at=NOW,
    )
    world.keep(commitment, commitment.case_file.agreement, broken.clawbacks.get())
    copy = AgreementCopy.objects.create(
        agreement=commitment.case_file.agreement,
        file=stored_pdf(owner),
        added_by=owner,
        added_at=CLOSED_AT,
    )
    world.files |= {"award": commitment.case_file, "broken": broken}
    world.values |= {
        "justificatifs": given.pk,
        "pauses": pause.pk,
        "copy_pk": copy.pk,
        "promesses": promise_of(commitment).pk,
    }


def _payments(world: World) -> None:
    """A piece to check, a batch at the treasury, the papers that were opened, a commission."""
    owner, head = world.people["owner"], world.people["head"]
    accountant = world.people["accountant"]
    asked = give_payment_proof(
        instalment=instalment(planned(proof=ProofKind.PIECE), actor=head, applicant=owner),
        files=[stored_pdf(owner)],
        by=owner,
    )
    proof = asked.proofs.get()
    paid = validated(actor=head, accountant=accountant, applicant=owner)
    opened = PaperAccess.objects.create(
        case_file=asked.case_file, file=proof.file, user=world.people["caseworker"], at=CLOSED_AT
    )
    item = listed_item(session=planned_session(actor=head), actor=head)
    world.keep(asked, exported(paid, accountant=accountant), opened, item.session)
    world.files |= {"asked": asked.case_file, "paid": paid.case_file, "listed": item.case_file}
    world.values |= {"proof_pk": proof.pk, "item_pk": item.pk}


def _installation(world: World) -> None:
    """The request under review, with its pieces, its letter, a message and a private note."""
    owner, caseworker = world.people["owner"], world.people["caseworker"]
    review = installation_file(
        until=CaseFileState.UNDER_REVIEW, applicant=owner, caseworker=caseworker
    )
    note = write_note(case_file=review, author=caseworker, body="Note tenue secrète")
    send_message(case_file=review, author=owner, body="Message tenu secret")
    document = review.documents.get(kind__slug="diplome")
    world.keep(review)
    world.files["review"] = review
    world.values |= {
        "note_pk": note.pk,
        "document_pk": document.pk,
        "file_id": document.file_id,
        "letter_pk": review.letters.get().pk,
    }


def _internship(world: World) -> None:
    """Its months are to be confirmed by a third person, whose link is signed."""
    active = active_internship(applicant=world.people["owner"])
    _, token = sent_link(active)
    attested, awaited = active.instalments.order_by("rank")[:2]
    attestation = record_on_paper(
        instalment=attested,
        actor=world.people["head"],
        given_by="Thomas Tuteur",
        answer=Presences(presence=Presence.PART, days=12),
        scan=stored_pdf(),
        at=ASKED_AT,
    )
    proposed = proposed_internship(applicant=world.people["owner"], amount=Decimal(300))
    rule = rule_between(SLUG, SLUG)
    allowed = allow_both(
        case_file=proposed, rule=rule.pk, actor=world.people["head"], reason="Accord écrit."
    )
    world.keep(active.internship_detail, rule, allowed, attestation)
    world.files |= {"internship": active, "clashing": proposed}
    world.values |= {"presence": token, "awaited": awaited.pk, "rule_pk": rule.pk}


def _bursary(world: World) -> None:
    """A year sent back by its student, to be proposed."""
    renewal = sent(opened_renewal(head=bursary_staff(Role.HEAD), applicant=world.people["owner"]))
    world.keep(renewal, RenewalRound.objects.get())
    world.files["bursary"] = renewal.case_file


def _call(world: World) -> None:
    """The draft that two fill in, and the project that the jury reads."""
    people = world.people
    call = running_call()
    draft = proposal_file(until=CaseFileState.DRAFT, applicant=people["owner"], call=call)
    invited = invite_co_editor(
        case_file=draft, email=people["co-editor"].email, by=people["owner"], at=NOW
    )
    accept_invitation(invited=invited, by=people["co-editor"], at=NOW)
    project = proposal_file(until=CaseFileState.UNDER_REVIEW, call=call)
    add_criteria(call.campaign)
    jury = make_jury(call.campaign, head=people["head"])
    juror = seat(jury, user=people["juror"])
    grant_role(user=people["juror"], role=Role.COMMITTEE_MEMBER, programme="innovation")
    review = given_review(juror, project)
    line = start_line(jury=jury, name="Essai", actor=people["head"], at=NOW)
    world.keep(call, call.campaign, jury, project.innovation_detail)
    world.files |= {"draft": draft, "project": project}
    world.values |= {
        "invitation": invitation_address(invited).rstrip("/").rpartition("/")[2],
        "juror_pk": juror.pk,
        "assignment_pk": juror.assignments.get().pk,
        "scenario_pk": line.pk,
        "project piece": project.documents.first().file_id,
        "review": review.pk,
    }


def _housing(world: World) -> None:
    """The host's room, which the owner booked; the alert and the place in line of the owner."""
    owner, host = world.people["owner"], world.people["host"]
    offer = OfferFactory(host=host)
    room = RoomFactory(offer=offer)
    booking = BookingFactory(room=room, student=owner)
    entry = WaitingEntry.objects.create(room=room, during=SEMESTER, student=owner, created_at=NOW)
    image = StoredFileFactory(name="chambre.jpg", content=image_bytes())
    photo = Photo.objects.create(
        offer=offer, alt="La chambre", image=image, thumbnail=image, width=64, height=48
    )
    alert = SavedSearch.objects.create(
        user=owner, query="ou=45000", label="Orléans", created_at=NOW, told_until=NOW
    )
    world.keep(offer, room, booking, photo, alert, entry, room.availabilities.get())
    world.values |= {
        "alert token": signing.dumps(alert.pk, salt=ALERT_SALT),
        "renewal token": signing.dumps(offer.pk, salt=RENEWAL_SALT),
        "photo": image.pk,
    }


def _care(world: World) -> None:
    """Two places that look alike, a slot, an appointment, an extract, a supervisor."""
    place, twin = PlaceFactory.create_batch(2)
    appointment = AppointmentFactory(slot__place=place)
    extract = Extract.objects.create(
        source=ExtractSource.FINESS, file_name="finess.csv", dated_on=NOW.date(), read_at=NOW
    )
    supervisor = AccreditationFactory().supervisor
    world.keep(place, SlotFactory(place=twin, starts_at=NOW + timedelta(days=1)))
    world.keep(appointment, extract, supervisor)
    world.values |= {"twin": twin.pk, "cancel token": cancel_token(appointment)}


def _privacy(world: World) -> None:
    """Who looked at the file, what was erased, a copy and an erasure that the owner asked for."""
    owner, review = world.people["owner"], world.files["review"]
    look = FileLook.objects.create(
        case_file=review, user=world.people["caseworker"], kind=LookKind.PAGE, at=NOW
    )
    rule = rule_code("installation", Outcome.REJECTED)
    period = RetentionPeriod.objects.create(rule=rule, length=2, unit=PeriodUnit.YEAR)
    record = DeletionRecord.objects.create(
        rule=rule, label="Brouillon", cause=DeletionCause.PERIOD, at=NOW
    )
    world.keep(look, period, record, ask_erasure(owner, message="Merci.", at=NOW))
    world.values |= {"code": rule, "pack_id": ask_pack(owner, at=NOW).pk}
