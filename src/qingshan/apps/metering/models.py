"""Tables of what was filed."""

from django.db import models


class Filing(models.Model):
    """A plant's year as it was filed: frozen by trigger, a correction is a new filing. (填报)"""

    organisation = models.ForeignKey("registry.Organisation", on_delete=models.PROTECT)
    year = models.PositiveSmallIntegerField()
    file_name = models.CharField(max_length=200)
    content = models.JSONField()  # the case, as read
    sha256 = models.CharField(max_length=64)
    filed_at = models.DateTimeField()
    filed_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-filed_at", "-pk"]
        indexes = [models.Index(fields=["organisation", "year"])]
