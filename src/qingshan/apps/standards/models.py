"""Tables of standards. Texts are append-only (trigger, migration 0002): an edit is a new text, and every result can find its own."""

from django.db import models


class StandardText(models.Model):
    """The YAML of a version at one moment. (标准文本)"""

    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the bytes
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)  # of the content in canonical form; empty while it has faults
    yaml = models.TextField()
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()


class StandardVersion(models.Model):
    """One version of a standard and where it stands in its life. (标准版本)"""

    slug = models.CharField(max_length=64, db_index=True)
    version = models.CharField(max_length=40)
    title_zh = models.CharField(max_length=400)
    title_en = models.CharField(max_length=400)
    kind = models.CharField(max_length=40)
    status = models.CharField(max_length=16)
    origin = models.CharField(max_length=8)  # library, city
    text = models.ForeignKey(StandardText, on_delete=models.PROTECT)
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True)
    effective_from = models.DateField(null=True)
    effective_to = models.DateField(null=True)  # exclusive
    transition_rule = models.CharField(max_length=24, blank=True)
    transition_until = models.DateField(null=True)
    consultation_from = models.DateField(null=True)
    consultation_to = models.DateField(null=True)
    started_by = models.CharField(max_length=150)
    published_by = models.CharField(max_length=150, blank=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["kind", "slug", "-effective_from", "-pk"]
        constraints = [models.UniqueConstraint(fields=["slug", "version"], name="one_version_once")]


class StandardEdit(models.Model):
    """Who saved which text of a draft; whoever did cannot publish it. (修改记录)"""

    version = models.ForeignKey(StandardVersion, on_delete=models.PROTECT)
    text = models.ForeignKey(StandardText, on_delete=models.PROTECT)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
