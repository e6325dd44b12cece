"""Pages: enterprise."""
