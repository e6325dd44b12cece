"""Records: Django apps, ordered from low to high; an app sees only lower ones."""
