"""What the life of a standard refuses."""

from qingshan.kernel.errors import QingshanError
from qingshan.kernel.text import Text


class NotAllowed(QingshanError):
    """A move that the state, the person or the calendar forbids; says which and what to do."""

    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(reason.en)
