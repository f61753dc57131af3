"""What programs read of the territory, as /openapi.json says it."""

from __future__ import annotations

from apps.core.open_api import TEXT, Operation, Parameter, listed, record, told

SUGGESTIONS = Operation(
    summary="Les communes du Loiret dont le nom commence ainsi",
    about="Huit au plus, la plus probable d’abord. Un code postal convient aussi.",
    takes=(Parameter(name="q", about="Ce qui est saisi, même incomplet.", schema=TEXT),),
    answer=record(suggestions=told(listed(TEXT), "«\u00a0Chécy (45430)\u00a0».")),
)
