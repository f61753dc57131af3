"""Commissions and conventions at the desk: each thing done has a page of its own."""

from apps.awards.admin.agreement import AgreementAdmin
from apps.awards.admin.attestation import AttestationAdmin
from apps.awards.admin.clawback import ClawbackAdmin
from apps.awards.admin.commitment import CommitmentAdmin
from apps.awards.admin.envelope import EnvelopeAdmin
from apps.awards.admin.incompatibility import IncompatibilityAdmin, IncompatibilityOverrideAdmin
from apps.awards.admin.papers import PaperAccessAdmin
from apps.awards.admin.payment import BatchAdmin, InstalmentAdmin
from apps.awards.admin.payment_panel import payments_panel
from apps.awards.admin.renewal import RenewalAdmin, RenewalRoundAdmin
from apps.awards.admin.scenario import ScenarioAdmin
from apps.awards.admin.session import SessionAdmin
from apps.awards.admin.terms import AwardTermsAdmin

__all__ = [
    "AgreementAdmin",
    "AttestationAdmin",
    "AwardTermsAdmin",
    "BatchAdmin",
    "ClawbackAdmin",
    "CommitmentAdmin",
    "EnvelopeAdmin",
    "IncompatibilityAdmin",
    "IncompatibilityOverrideAdmin",
    "InstalmentAdmin",
    "PaperAccessAdmin",
    "RenewalAdmin",
    "RenewalRoundAdmin",
    "ScenarioAdmin",
    "SessionAdmin",
    "payments_panel",
]
