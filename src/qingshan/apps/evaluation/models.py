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


class Snapshot(models.Model):
    """A frozen population: plants and years as one Parquet file, named by its hash. (冻结的评价群体)"""

    name = models.CharField(max_length=120)
    standard = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    years = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["-made_at", "-pk"]


class PopulationRun(models.Model):
    """An evaluation of a whole snapshot in the background. (群体评价)"""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT)
    standard = models.CharField(max_length=64)
    standard_version = models.CharField(max_length=40)
    standard_sha256 = models.CharField(max_length=64)
    total = models.PositiveIntegerField()  # years
    done = models.PositiveIntegerField(default=0)
    summary = models.JSONField(default=list)
    error = models.TextField(blank=True)
    started_by = models.CharField(max_length=150)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)


class PopulationResult(models.Model):
    """One plant and year of a run. (群体评价结果)"""

    run = models.ForeignKey(PopulationRun, on_delete=models.CASCADE)
    plant = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    area = models.CharField(max_length=12, blank=True)
    industry = models.CharField(max_length=5)
    low = models.BigIntegerField()  # [10⁻¹⁰ point]
    high = models.BigIntegerField()
    requirements = models.CharField(max_length=8)
    level = models.CharField(max_length=40, blank=True)
    grade = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "plant", "year"], name="one_result_a_plant_and_year")]


class ReplayRun(models.Model):
    """A draft replayed on a snapshot. (修订推演)"""

    old_version = models.ForeignKey("standards.StandardVersion", on_delete=models.PROTECT, related_name="+")
    new_version = models.ForeignKey("standards.StandardVersion", on_delete=models.PROTECT, related_name="+")
    old_sha256 = models.CharField(max_length=64)
    new_sha256 = models.CharField(max_length=64)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT)
    year = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=40, blank=True)
    points = models.PositiveIntegerField()  # [10⁻⁴ point], where there is no level
    award = models.PositiveBigIntegerField(null=True)  # [fen] for one title, as the officer gave it
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    started_by = models.CharField(max_length=150)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at", "-pk"]
