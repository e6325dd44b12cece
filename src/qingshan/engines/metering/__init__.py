"""From amounts that were measured to standard coal, carbon dioxide and shares, each with its trace."""
