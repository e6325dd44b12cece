"""Wiring: the library's standards become records when the database is made."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StandardsConfig(AppConfig):
    """The app, and the one hook it needs."""

    name = "qingshan.apps.standards"

    def ready(self) -> None:
        """Install what the library ships after each migration."""
        post_migrate.connect(_install, sender=self)


def _install(**_: Any) -> None:
    from django.db import connection
    from django.utils import timezone

    if not {"standards_standardedit", "journal_event"} <= set(connection.introspection.table_names()):
        return  # in the middle of a partial migration

    from qingshan.apps.standards.services import install_library

    install_library(at=timezone.now())
