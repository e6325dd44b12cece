"""The stories: what writes in more than one app, each in one transaction."""
