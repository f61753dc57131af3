"""What the internship allowance keeps about people; months and density stay, for the figures."""

from __future__ import annotations

from apps.casefiles.personal_data import REQUESTS
from apps.core.personal_data import PersonalTable, keeps_personal_data
from apps.programmes.internships.models import InternshipDetail

keeps_personal_data(
    PersonalTable(
        model=InternshipDetail,
        activity=REQUESTS,
        about="case_file",
        blanks={
            **dict.fromkeys(
                ("school", "course", "host_name", "host_address", "tutor_name", "tutor_email"), ""
            ),
            "tutor_phone": "",
            "supervisor": None,
        },
    ),
)
