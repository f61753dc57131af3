"""What the innovation call keeps about people. A body is no person: its name, its project and what
was published of it stay.
"""

from __future__ import annotations

from apps.casefiles.personal_data import REQUESTS
from apps.core.personal_data import PersonalTable, erased_words, keeps_personal_data, names_nobody
from apps.programmes.innovation import models

keeps_personal_data(
    PersonalTable(
        model=models.ProposalDetail,
        activity=REQUESTS,
        about="case_file",
        blanks={
            **dict.fromkeys(
                ("legal_name", "legal_role", "contact_name", "contact_email", "contact_phone"), ""
            ),
            "siret_comment": "",
            "answers": {},
        },
    ),
    PersonalTable(
        model=models.BudgetLine,
        activity=REQUESTS,
        about="proposal__case_file",
        blanks={"label": erased_words("label")},
    ),
    PersonalTable(model=models.Indicator, activity=REQUESTS, about="proposal__case_file"),
    PersonalTable(
        model=models.YearReport,
        activity=REQUESTS,
        about="proposal__case_file",
        blanks={"done": erased_words("done"), "learned": erased_words("learned")},
    ),
    PersonalTable(
        model=models.ReportRequest, activity=REQUESTS, about="proposal__case_file", deletes=True
    ),
    PersonalTable(
        model=models.IndicatorFigure, activity=REQUESTS, about="report__proposal__case_file"
    ),
)
names_nobody("Ce que l’appel publie, écrit par un agent.", models.Call, models.QuestionSet)
