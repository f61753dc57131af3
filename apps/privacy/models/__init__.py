"""How long what is kept, what was erased, what people ask about their data."""

from apps.privacy.models.deletion import DeletionRecord, RetentionNotice, RetentionRun
from apps.privacy.models.period import RetentionPeriod
from apps.privacy.models.requests import DataPack, ErasureRequest

__all__ = [
    "DataPack",
    "DeletionRecord",
    "ErasureRequest",
    "RetentionNotice",
    "RetentionPeriod",
    "RetentionRun",
]
