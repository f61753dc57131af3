"""What the bursary keeps about people; the track and its years stay, for the figures."""

from __future__ import annotations

from apps.casefiles.personal_data import REQUESTS
from apps.core.personal_data import PersonalTable, keeps_personal_data
from apps.programmes.bursaries.models import BursaryDetail

keeps_personal_data(
    PersonalTable(
        model=BursaryDetail,
        activity=REQUESTS,
        about="case_file",
        blanks=dict.fromkeys(("other_course", "faculty", "country", "other_aid"), ""),
    ),
)
