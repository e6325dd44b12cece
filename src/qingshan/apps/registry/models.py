"""Tables of the registry."""

from django.db import models


class Organisation(models.Model):
    """A plant, park, body, bank or office, known by its unified social credit code. (主体)"""

    name = models.CharField(max_length=120)
    uscc = models.CharField(max_length=18, unique=True)
    kind = models.CharField(max_length=20)  # enterprise, park, evaluator, bank, office
    industry = models.CharField(max_length=5, blank=True)
    area = models.CharField(max_length=12, db_index=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
