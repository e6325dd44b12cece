"""Sums: pure Python and NumPy, without Django, files or clock; engines do not know each other."""
