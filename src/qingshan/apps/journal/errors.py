"""What the journal refuses."""

from qingshan.kernel.errors import QingshanError


class BrokenChain(QingshanError):
    """A row of the journal was changed, removed or inserted behind its back."""
