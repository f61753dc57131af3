"""The call and its proposals in the back office."""

from apps.programmes.innovation.admin.call import CallAdmin
from apps.programmes.innovation.admin.proposal import ProposalDetailAdmin

__all__ = ["CallAdmin", "ProposalDetailAdmin"]
