"""The event table; its triggers (migration 0002) refuse every change of a row on SQLite and PostgreSQL."""

from django.db import models


class Event(models.Model):
    """One act: subject, move, actor, time, clause; chained by SHA-256 over canonical JSON. (事件)"""

    sequence = models.PositiveBigIntegerField(unique=True)
    subject = models.CharField(max_length=80, db_index=True)  # "filing:12"
    move = models.CharField(max_length=40)
    actor = models.CharField(max_length=150)
    role = models.CharField(max_length=20)
    at = models.DateTimeField()
    clause = models.CharField(max_length=200, blank=True)
    content = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["sequence"]
