"""Wiring only: settings, addresses, servers, the demonstration city."""
