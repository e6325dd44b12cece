"""What can go wrong when amounts become energy and emissions."""

from qingshan.kernel.errors import QingshanError


class UnknownCarrier(QingshanError):
    """An energy carrier has no factor; zero is never assumed."""


class DoubleCounting(QingshanError):
    """More renewable energy is claimed than was consumed."""


class NeedsMeasurement(QingshanError):
    """The standard prints a range instead of a factor; a measured calorific value is needed."""
