"""Reading filings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qingshan.apps.metering.models import Filing
from qingshan.apps.registry.selectors import visible_to
from qingshan.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class FilingRow:
    """What pages show of a filing."""

    id: int
    year: int
    file_name: str
    sha256: str
    filed_at: datetime
    filed_by: str


def filings(actor: Actor, organisation_id: int) -> list[FilingRow]:
    """An organisation's filings, newest first."""
    found = Filing.objects.filter(visible_to(actor, "organisation__"), organisation_id=organisation_id).defer("content")[:100]
    return [FilingRow(row.pk, row.year, row.file_name, row.sha256, row.filed_at, row.filed_by) for row in found]


def filed_case(filing_id: int) -> tuple[int, int, dict[str, Any]]:
    """Organisation, year and content of a filing; for flows, which have checked who asks."""
    filing = Filing.objects.get(pk=filing_id)
    return filing.organisation_id, filing.year, filing.content


def latest_filing_ids() -> list[int]:
    """The newest filing of each organisation and year."""
    newest: dict[tuple[int, int], int] = {}
    for filing_id, organisation_id, year in Filing.objects.order_by("filed_at", "pk").values_list("pk", "organisation_id", "year"):
        newest[(organisation_id, year)] = filing_id
    return sorted(newest.values())
