"""From the proposal to the end of the commitment: commissions, agreements, payments."""

from apps.awards.models.agenda import AgendaItem
from apps.awards.models.agreement import Agreement
from apps.awards.models.commitment import Commitment
from apps.awards.models.instalment import Instalment
from apps.awards.models.session import Session
from apps.awards.models.terms import AwardTerms

__all__ = ["AgendaItem", "Agreement", "AwardTerms", "Commitment", "Instalment", "Session"]
