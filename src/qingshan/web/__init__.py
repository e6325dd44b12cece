"""Doors for people with a browser, one folder per audience; audiences share only `ui`."""
