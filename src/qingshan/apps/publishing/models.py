"""Tables of what is public."""

from django.db import models


class Title(models.Model):
    """An entry of the public register. (称号)"""

    kind = models.CharField(max_length=12, db_index=True)  # park, factory, product, project, evaluator
    name = models.CharField(max_length=120)
    holder = models.CharField(max_length=120)
    area = models.CharField(max_length=12)
    designated_on = models.DateField()
    document = models.CharField(max_length=80)
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["-designated_on", "name"]
        constraints = [models.UniqueConstraint(fields=["kind", "name", "holder"], name="one_entry_a_title")]
