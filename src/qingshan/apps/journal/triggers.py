"""Triggers that make a table append-only, on SQLite and PostgreSQL. Used by migrations of the apps that keep records."""

from typing import Any


def append_only(table: str) -> Any:
    """A migration step that refuses every UPDATE, DELETE and REPLACE of a table's rows.

    SQLite's ``INSERT OR REPLACE`` deletes silently unless ``recursive_triggers`` is on (it is, in the settings); a second
    trigger refuses the insertion of an id that exists, for connections that forgot it.
    """
    from django.db import migrations

    def install(_apps: Any, schema_editor: Any) -> None:
        for statement in _statements(table, schema_editor.connection.vendor):
            schema_editor.execute(statement)

    def remove(_apps: Any, schema_editor: Any) -> None:
        for name in ("update", "delete", "replace"):
            suffix = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{name}{suffix}")

    return migrations.RunPython(install, remove)


def _statements(table: str, vendor: str) -> list[str]:
    if vendor == "postgresql":
        function = (
            f"CREATE OR REPLACE FUNCTION {table}_frozen() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        )
        rows = [
            f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_frozen()"
            for event in ("UPDATE", "DELETE")
        ]
        return [function, *rows]
    raised = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {raised}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {raised}",
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) {raised}",  # noqa: S608 - table names are constants of our migrations
    ]
