"""What case files keep about people, whatever the programme."""

from __future__ import annotations

from django.db.models import UUIDField, Value
from django.db.models.expressions import RawSQL

from apps.casefiles.event_chain import text_digest_sql
from apps.casefiles.models import (
    CaseFile,
    CaseFileEvent,
    CaseFileOpening,
    ChangeItem,
    ChangeRequest,
    CoEditor,
    Decision,
    Document,
    DocumentAccess,
    DocumentPromise,
    EventHead,
    FileLook,
    FollowUpCode,
    Letter,
    Message,
    Note,
)
from apps.core.personal_data import (
    Activity,
    PersonalTable,
    Subject,
    erased_words,
    keeps_personal_data,
    names_nobody,
)

REQUESTS = Activity(
    label="Demandes d’aide",
    purpose="Étudier la demande, décider, l’écrire à la personne.",
    basis="Mission d’intérêt public.",
    people="Personnes qui demandent une aide, et celles qui les aident à la remplir.",
    readers="La personne, les agents de son dispositif, la commission.",
)
TRACES = Activity(
    label="Traces de consultation",
    purpose="Savoir quel agent a ouvert quel dossier ou quelle pièce.",
    basis="Obligation de sécurité (RGPD, article 32).",
    people="Agents du guichet.",
    readers="Les auditeurs.",
)
_WATCHED = "Ces traces disent ce que des agents ont ouvert : demandez-les au guichet."
_CODE = "Ce code ne sert qu’une fois, et seule son empreinte est gardée."
_SEAL = text_digest_sql(CaseFileEvent._meta.db_table)  # noqa: SLF001 - documented by Django

keeps_personal_data(
    PersonalTable(
        model=CaseFile,
        activity=REQUESTS,
        about="pk",
        blanks={
            **dict.fromkeys(("applicant", "owner", "commune"), None),
            **dict.fromkeys(("first_name", "last_name", "email", "phone", "postal_address"), ""),
            "assessment": None,
        },
        stamp="erased_at",
        hidden=("search_key", "version", "is_fictitious", "owner", "filed_by"),
    ),
    PersonalTable(
        model=CaseFileEvent,
        activity=REQUESTS,
        about="case_file",
        # The order counts for nothing: PostgreSQL reads the old values for the seal.
        blanks={
            "text_digest": RawSQL(_SEAL, ()),  # noqa: S611 - made of our own words
            "salt": Value(None, UUIDField()),
            "actor": None,
            "comment": "",
            "payload": {},
        },
        hidden=("previous_digest", "salt", "text_digest", "actor"),
    ),
    PersonalTable(
        model=Decision,
        activity=REQUESTS,
        about="case_file",
        blanks={"reason": erased_words("reason"), "facts": {}},
        hidden=("proposed_by", "scheduled_by", "decided_by", "proposed_at"),
    ),
    *(
        PersonalTable(
            model=model,
            activity=activity,
            about=about,
            deletes=True,
            withheld=withheld,
            hidden=hidden,
        )
        for model, activity, about, withheld, hidden in (
            (ChangeItem, REQUESTS, "request__case_file", "", ()),
            (ChangeRequest, REQUESTS, "case_file", "", ("requested_by",)),
            (CoEditor, REQUESTS, "case_file", "", ()),
            (DocumentAccess, TRACES, "document__case_file", _WATCHED, ()),
            (Document, REQUESTS, "case_file", "", ("reviewed_by",)),
            (DocumentPromise, REQUESTS, "case_file", "", ()),
            (FollowUpCode, REQUESTS, "case_file", _CODE, ()),
            (Letter, REQUESTS, "case_file", "", ()),
            (Message, REQUESTS, "case_file", "", ("read_by",)),
            (Note, REQUESTS, "case_file", "", ("author",)),
            (CaseFileOpening, TRACES, "case_file", _WATCHED, ()),
            (FileLook, TRACES, "case_file", _WATCHED, ()),
        )
    ),
    PersonalTable(
        model=CoEditor,
        activity=REQUESTS,
        subject=Subject.PERSON,
        about="user",
        deletes=True,
        is_use=True,
        endless="Une invitation part avec la demande, ou avec le compte de qui l’a acceptée.",
        hidden=("invited_by",),
    ),
)
names_nobody("Des empreintes, qui ne disent rien de personne.", EventHead)
