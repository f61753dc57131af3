"""What the rules say of a file: those of its programme, then those of the layers above.

Awards knows which aids do not go together, this package does not: it registers its findings
here, and they are frozen with the others when the request is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from apps.casefiles.eligibility import Eligibility, Finding
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes

FindingSource = Callable[[CaseFile, date], Iterable[Finding]]

_sources: list[FindingSource] = []


def adds_findings(source: FindingSource) -> FindingSource:
    """Decorator: findings for the person who asks, on a day. One query when there are none."""
    _sources.append(source)
    return source


def assess(case_file: CaseFile, *, on: date) -> Eligibility:
    """Every finding on a day, the programme's first."""
    own = programmes[case_file.programme].assess(case_file, on=on)
    added = [finding for source in _sources for finding in source(case_file, on)]
    return Eligibility(findings=(*own.findings, *added))
