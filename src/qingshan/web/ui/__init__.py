"""Pages: ui."""
