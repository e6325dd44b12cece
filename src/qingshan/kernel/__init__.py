"""Words that every storey shares. Knows nothing of the rest."""
