"""Writing filings."""

import hashlib
from datetime import datetime
from typing import Any

import rfc8785
from django.db import transaction

from qingshan.apps.journal import services as journal
from qingshan.apps.metering.models import Filing
from qingshan.kernel.actor import Actor


@transaction.atomic
def keep_filing(*, organisation_id: int, year: int, file_name: str, content: dict[str, Any], by: Actor, at: datetime) -> int:
    """Store a checked case as it is; the same content twice is one filing. (存档填报)"""
    digest = hashlib.sha256(rfc8785.dumps(content)).hexdigest()
    known = Filing.objects.filter(organisation_id=organisation_id, year=year).first()
    if known is not None and known.sha256 == digest:
        return known.pk
    filing = Filing.objects.create(
        organisation_id=organisation_id, year=year, file_name=file_name[:200], content=content, sha256=digest, filed_at=at, filed_by=by.name
    )
    journal.record(
        subject=f"filing:{filing.pk}", move="file", by=by, at=at, content={"sha256": digest, "year": year, "organisation": organisation_id}
    )
    return filing.pk
