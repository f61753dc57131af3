"""What is put off when too many come (apps/core/load_shedding.py)."""

# Seconds in the proxy's queue after which these pages are put off, so that the others still answer.
# Whatever is not below one of them never is.
SHED_AFTER = {
    "/logements/": 2.0,
    "/lieux-de-soins/": 2.0,
    "/communes/": 3.0,
    "/aides/": 4.0,
    "/admin/": 6.0,
}
# Ends of addresses that never are, wherever they lie: the first page of a request.
NEVER_SHED = ("/demande/",)
