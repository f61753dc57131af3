"""The guichet's desk: Django's admin, with pages of our own for files and moves.

Every page asks `at_desk_of(user)` for its file: what a person may not read does not exist.
"""

from apps.casefiles.admin.casefile import CaseFileAdmin
from apps.casefiles.admin.reference import CampaignAdmin, DocumentKindAdmin, RateAdmin

__all__ = ["CampaignAdmin", "CaseFileAdmin", "DocumentKindAdmin", "RateAdmin"]
