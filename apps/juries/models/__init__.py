"""The jury's tables, in the order in which they come: who judges, what they say, what is agreed."""

from apps.juries.models.assignment import Assignment, Declaration, Draw
from apps.juries.models.jury import Criterion, Juror, Jury, Phase
from apps.juries.models.ranking import Attendance, Opinion, RankedFile, Ranking
from apps.juries.models.review import Review, Score

__all__ = [
    "Assignment",
    "Attendance",
    "Criterion",
    "Declaration",
    "Draw",
    "Juror",
    "Jury",
    "Opinion",
    "Phase",
    "RankedFile",
    "Ranking",
    "Review",
    "Score",
]
