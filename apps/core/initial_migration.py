"""The first migration of an app, applied as one step: tables once, in their final form.

Django renders every related model again after each operation. Ours are all related, with a history
table each: the first migrations took 45 seconds of a newcomer's first minute, and of every test
run. See docs/decisions/0020-first-migrations-in-one-step.md.
"""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState

# What a new table holds from the start, when it is made from the model's final state.
PARTS_OF_A_TABLE = (migrations.AddField, migrations.AddConstraint, migrations.AddIndex)


class InitialMigration(migrations.Migration):
    """For a migration that only makes new tables, and what hangs on them; undone as any other.

    The operations stay as Django wrote them, so that the state they lead to is the same; only the
    tables are made from the end of the list instead of growing along it.
    """

    initial = True

    def apply(
        self,
        project_state: ProjectState,
        schema_editor: BaseDatabaseSchemaEditor,
        collect_sql: bool = False,
    ) -> ProjectState:
        """Make the tables; returns the state after it, like Django's own.

        Raises ValueError for an operation on a table that this migration does not make.
        """
        # Without its rendered models, a state costs nothing to change.
        project_state.__dict__.pop("apps", None)
        final_state = self.mutate_state(project_state, preserve=False)
        made = {
            operation.name_lower
            for operation in self.operations
            if isinstance(operation, migrations.CreateModel)
        }
        for operation in self.operations:
            if isinstance(operation, PARTS_OF_A_TABLE):
                if operation.model_name_lower not in made:
                    raise ValueError(f"{self}: {operation.describe()} is not on a table of its own")
                continue
            operation.database_forwards(self.app_label, schema_editor, final_state, final_state)
        return final_state
