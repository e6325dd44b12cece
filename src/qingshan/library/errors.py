"""What can be wrong with a file of the library or of a plant."""

from qingshan.kernel.errors import InvalidInput, QingshanError


class InvalidFile(InvalidInput):
    """A file was refused; every problem names file, place, value, rule and remedy."""


class NotInLibrary(QingshanError):
    """A standard, factor, limit or code is not in the library."""
