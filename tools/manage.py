"""manage.py on the demo town's database: `make manage ARGS="shell"`.

Uses the server that `make demo` runs, or starts it for the time of the command.
"""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

from tools.demo import FOLDER
from tools.postgres import EmbeddedPostgres, PostgresUnavailableError


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orleans_sante.settings.demo")
    os.environ.setdefault("PRIVATE_MEDIA_ROOT", str(FOLDER / "files"))
    if os.environ.get("DATABASE_URL"):
        execute_from_command_line(["manage.py", *arguments])
        return 0
    server = EmbeddedPostgres(FOLDER / "postgres")
    try:
        os.environ["DATABASE_URL"] = server.url if server.running_pid() else server.start()
        execute_from_command_line(["manage.py", *arguments])
    except PostgresUnavailableError as refusal:
        print(refusal, file=sys.stderr)
        return 1
    finally:
        server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
