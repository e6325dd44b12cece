"""Qingshan (青山): a city's green manufacturing system, from meter to title."""

__version__ = "0.1.0"
