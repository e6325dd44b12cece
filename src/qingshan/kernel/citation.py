"""Where a number or a rule comes from, and how far it was checked."""

from dataclasses import dataclass
from typing import Literal

Basis = Literal["official", "copy", "secondary", "memory", "declared", "invented"]

BASES: dict[Basis, tuple[str, str]] = {
    "official": ("官方文本", "official text"),
    "copy": ("全文副本", "full-text copy"),
    "secondary": ("二手来源", "secondary source"),
    "memory": ("未核实(凭记忆)", "from memory"),
    "declared": ("申报方提供", "declared by the applicant"),
    "invented": ("演示数据", "invented for demonstration"),
}


@dataclass(frozen=True, slots=True)
class Citation:
    """A text and a place in it. (出处)

    ``verified`` says that a person compared the value with the official text; ``basis`` says what was read instead.
    """

    document: str  # "GB/T 36132-2025"
    clause: str = ""  # "附录 B.5"
    basis: Basis = "memory"
    verified: bool = False
    note: str = ""

    def __str__(self) -> str:
        return f"{self.document} {self.clause}".strip()
