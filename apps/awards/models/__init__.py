"""From the proposal to the end of the commitment: commissions, agreements, payments."""

from apps.awards.models.agenda import AgendaItem
from apps.awards.models.agreement import Agreement, AgreementCopy
from apps.awards.models.amendment import Amendment
from apps.awards.models.attestation import (
    Attestation,
    AttestationCode,
    AttestationLink,
    DesignatedAttester,
)
from apps.awards.models.bank_details import BankDetails, BankDetailsAccess
from apps.awards.models.batch import Batch, BatchDownload, BatchLine
from apps.awards.models.budget_entry import BudgetEntry
from apps.awards.models.clawback import Clawback
from apps.awards.models.commitment import Commitment
from apps.awards.models.commitment_proof import CommitmentProof
from apps.awards.models.envelope import Envelope, EnvelopeVote
from apps.awards.models.graduation import Graduation
from apps.awards.models.incompatibility import Incompatibility, IncompatibilityOverride
from apps.awards.models.instalment import Instalment
from apps.awards.models.paper_access import PaperAccess
from apps.awards.models.pause import CommitmentPause, CommitmentTransfer
from apps.awards.models.promise import Promise
from apps.awards.models.proof import InstalmentProof
from apps.awards.models.renewal import Renewal, RenewalRound
from apps.awards.models.scenario import Scenario, ScenarioLine
from apps.awards.models.session import Session
from apps.awards.models.terms import AwardTerms

__all__ = [
    "AgendaItem",
    "Agreement",
    "AgreementCopy",
    "Amendment",
    "Attestation",
    "AttestationCode",
    "AttestationLink",
    "AwardTerms",
    "BankDetails",
    "BankDetailsAccess",
    "Batch",
    "BatchDownload",
    "BatchLine",
    "BudgetEntry",
    "Clawback",
    "Commitment",
    "CommitmentPause",
    "CommitmentProof",
    "CommitmentTransfer",
    "DesignatedAttester",
    "Envelope",
    "EnvelopeVote",
    "Graduation",
    "Incompatibility",
    "IncompatibilityOverride",
    "Instalment",
    "InstalmentProof",
    "PaperAccess",
    "Promise",
    "Renewal",
    "RenewalRound",
    "Scenario",
    "ScenarioLine",
    "Session",
]
