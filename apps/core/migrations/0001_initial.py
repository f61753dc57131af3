"""PostgreSQL extensions, the accent-folding function that indexes may use, the throttles."""

from django.contrib.postgres.operations import (
    BtreeGistExtension,
    CreateExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations

# unaccent() is only STABLE, because its dictionary could change: naming the dictionary makes an
# IMMUTABLE wrapper honest, and generated columns and indexes demand one.
CREATE_F_UNACCENT = """
CREATE FUNCTION f_unaccent(text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN public.unaccent('public.unaccent', $1);
"""

# Unlogged: counts of the last day, which nobody restores, written to no journal and to no copy.
CREATE_THROTTLE = """
CREATE UNLOGGED TABLE throttle (key text PRIMARY KEY, free_at timestamptz NOT NULL);
CREATE INDEX throttle_free_at ON throttle (free_at);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = ()
    operations = (
        TrigramExtension(),
        UnaccentExtension(),
        BtreeGistExtension(),
        # Distances: earthdistance stands on cube.
        CreateExtension("cube"),
        CreateExtension("earthdistance"),
        migrations.RunSQL(CREATE_F_UNACCENT, "DROP FUNCTION f_unaccent(text)"),
        migrations.RunSQL(CREATE_THROTTLE, "DROP TABLE throttle"),
    )
