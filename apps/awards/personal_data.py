"""What awards keep about people, from the proposal to the last euro.

Money stays when names go: instalments, amendments and votes hold sums, days and budget years.
"""

from __future__ import annotations

from apps.awards import models
from apps.casefiles.personal_data import REQUESTS, TRACES
from apps.core.personal_data import (
    ERASED,
    Activity,
    PersonalTable,
    erased_words,
    keeps_personal_data,
    names_nobody,
)

PAYMENTS = Activity(
    label="Conventions et versements",
    purpose="Signer la convention, verser l’aide, suivre l’engagement.",
    basis="Mission d’intérêt public ; obligations comptables.",
    people="Bénéficiaires d’une aide, et personnes qui attestent de leur présence.",
    readers="La personne, les agents de son dispositif, le comptable.",
)
_WATCHED = "Ces traces disent ce que des agents ont ouvert : demandez-les au guichet."
_SECRET = "C’est un secret, dont seule l’empreinte est gardée."  # noqa: S105 - words
_CONFIDENTIAL = "C’est le travail intérieur de la commission."

keeps_personal_data(
    PersonalTable(
        model=models.AgendaItem,
        activity=REQUESTS,
        about="case_file",
        blanks={"reason": erased_words("reason"), "comment": erased_words("comment")},
        withheld=_CONFIDENTIAL,
    ),
    PersonalTable(
        model=models.Instalment,
        activity=PAYMENTS,
        about="case_file",
        blanks={"cancelled_because": erased_words("cancelled_because")},
        hidden=("validated_by",),
    ),
    PersonalTable(
        model=models.BatchLine,
        activity=PAYMENTS,
        about="instalment__case_file",
        blanks={
            "beneficiary": ERASED,
            "iban_masked": erased_words("iban_masked"),
            "rejected_because": erased_words("rejected_because"),
        },
        hidden=("batch", "rejected_by"),
    ),
    PersonalTable(
        model=models.Clawback,
        activity=PAYMENTS,
        about="case_file",
        blanks={name: erased_words(name) for name in ("explanation", "reason", "waiver_reason")},
        hidden=("issued_by", "closed_by"),
    ),
    PersonalTable(
        model=models.Commitment, activity=PAYMENTS, about="case_file", blanks={"commune": None}
    ),
    PersonalTable(
        model=models.Promise,
        activity=PAYMENTS,
        about="commitment__case_file",
        blanks={"supervisor": None, "refusal_reason": erased_words("refusal_reason")},
        hidden=("settled_by",),
    ),
    PersonalTable(
        model=models.Amendment, activity=PAYMENTS, about="case_file", hidden=("proposed_by",)
    ),
    PersonalTable(
        model=models.ScenarioLine, activity=REQUESTS, about="case_file", withheld=_CONFIDENTIAL
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
            (models.AgreementCopy, PAYMENTS, "agreement__case_file", "", ("refused_by",)),
            (models.Agreement, PAYMENTS, "case_file", "", ("prepared_by", "sent_by", "checked_by")),
            (models.Attestation, PAYMENTS, "instalment__case_file", "", ("link", "settled_by")),
            (models.AttestationCode, PAYMENTS, "link__case_file", _SECRET, ()),
            (models.AttestationLink, PAYMENTS, "case_file", "", ("token_digest",)),
            (models.DesignatedAttester, PAYMENTS, "case_file", "", ("set_by",)),
            (models.BankDetailsAccess, TRACES, "details__case_file", _WATCHED, ()),
            (models.BankDetails, PAYMENTS, "case_file", "", ("ciphertext", "given_by")),
            (models.CommitmentProof, PAYMENTS, "commitment__case_file", "", ("reviewed_by",)),
            (models.CommitmentPause, PAYMENTS, "commitment__case_file", "", ("recorded_by",)),
            (models.CommitmentTransfer, PAYMENTS, "commitment__case_file", "", ("recorded_by",)),
            (models.Graduation, PAYMENTS, "case_file", "", ("recorded_by",)),
            (models.IncompatibilityOverride, REQUESTS, "case_file", "", ("by",)),
            (models.InstalmentProof, PAYMENTS, "instalment__case_file", "", ("reviewed_by",)),
            (models.PaperAccess, TRACES, "case_file", _WATCHED, ()),
            (models.Renewal, PAYMENTS, "case_file", "", ("proposed_by", "decided_by")),
        )
    ),
)
names_nobody(
    "Un acte d’un agent ou de l’assemblée : il ne dit rien d’un bénéficiaire.",
    models.EnvelopeVote,
    models.Session,
    models.Scenario,
)
names_nobody(
    "Les fichiers remis au payeur, chiffrés : pièces comptables de plusieurs personnes à la fois.",
    models.Batch,
    models.BatchDownload,
)
