"""Commissions and conventions at the desk: each thing done has a page of its own."""

from apps.awards.admin.agreement import AgreementAdmin
from apps.awards.admin.envelope import EnvelopeAdmin
from apps.awards.admin.incompatibility import IncompatibilityAdmin, IncompatibilityOverrideAdmin
from apps.awards.admin.renewal import RenewalAdmin, RenewalRoundAdmin
from apps.awards.admin.scenario import ScenarioAdmin
from apps.awards.admin.session import SessionAdmin

__all__ = [
    "AgreementAdmin",
    "EnvelopeAdmin",
    "IncompatibilityAdmin",
    "IncompatibilityOverrideAdmin",
    "RenewalAdmin",
    "RenewalRoundAdmin",
    "ScenarioAdmin",
    "SessionAdmin",
]
