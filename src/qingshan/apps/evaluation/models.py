"""Tables of evaluations."""

from django.db import models


class EvaluationRun(models.Model):
    """One evaluation as it was made: version, hashes, exact score and the whole explanation. (评价记录)"""

    organisation = models.ForeignKey("registry.Organisation", on_delete=models.PROTECT)
    filing = models.ForeignKey("metering.Filing", on_delete=models.PROTECT)
    year = models.PositiveSmallIntegerField()
    standard = models.CharField(max_length=64)
    standard_version = models.CharField(max_length=40)
    standard_sha256 = models.CharField(max_length=64)
    inputs_sha256 = models.CharField(max_length=64)
    low = models.BigIntegerField()  # [10⁻¹⁰ point]
    high = models.BigIntegerField()
    total = models.DecimalField(max_digits=7, decimal_places=3)
    total_high = models.DecimalField(max_digits=7, decimal_places=3)
    veto = models.CharField(max_length=8)
    explanation = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["filing", "standard_sha256", "inputs_sha256"], name="one_result_for_the_same_inputs")]


class CityRun(models.Model):
    """An evaluation of all filings, done in the background with visible progress. (全市评价)"""

    standard = models.CharField(max_length=64)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    started_by = models.CharField(max_length=150)
