"""What the installation aid keeps about people; profession and zone stay, for the figures."""

from __future__ import annotations

from apps.casefiles.personal_data import REQUESTS
from apps.core.personal_data import PersonalTable, keeps_personal_data
from apps.programmes.installation.models import InstallationDetail

keeps_personal_data(
    PersonalTable(
        model=InstallationDetail,
        activity=REQUESTS,
        about="case_file",
        blanks={
            **dict.fromkeys(("specialty", "rpps", "structure_name", "address", "other_aid"), ""),
            "starts_on": None,
        },
    ),
)
