"""Tables of accounts."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person who signs in. (用户)"""

    display_name = models.CharField(max_length=60, blank=True)


class Membership(models.Model):
    """A person's role: for which organisation or area, and for how long. (任职)"""

    ROLES: ClassVar = [(role, role) for role in ("enterprise", "park", "district", "city", "evaluator", "expert", "bank", "buyer")]
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    role = models.CharField(max_length=12, choices=ROLES)
    organisation = models.ForeignKey("registry.Organisation", on_delete=models.PROTECT, null=True, blank=True)
    area = models.CharField(max_length=12, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)  # exclusive


class FailedLogin(models.Model):
    """A wrong password, kept to slow guessing down."""

    username = models.CharField(max_length=150, db_index=True)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(db_index=True)
