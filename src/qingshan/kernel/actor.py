"""Who does something, in which role, for whom."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["public", "enterprise", "park", "district", "city", "evaluator", "expert", "bank", "buyer", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or process that acts; written into every event. (行为人)"""

    name: str
    role: Role
    organisation_id: int | None = None  # whose records the actor may touch
    area: str | None = None  # six-digit area code of a district officer


SYSTEM = Actor("system", "system")
