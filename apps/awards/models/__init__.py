"""From the proposal to the end of the commitment: commissions and agreements."""

from apps.awards.models.agenda import AgendaItem
from apps.awards.models.agreement import Agreement
from apps.awards.models.session import Session

__all__ = ["AgendaItem", "Agreement", "Session"]
