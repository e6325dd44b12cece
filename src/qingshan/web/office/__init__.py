"""Pages: office."""
