"""What the surroundings decide, read once and typed."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Environment:
    """Settings from environment variables; every one has a safe default."""

    home: Path  # QINGSHAN_HOME: database, key, uploaded files
    database_url: str  # QINGSHAN_DATABASE_URL: empty for SQLite in home, or postgres://user:password@host:port/name
    secret_key: str  # QINGSHAN_SECRET_KEY: made once and kept in home if not given
    debug: bool  # QINGSHAN_DEBUG=1
    hosts: tuple[str, ...]  # QINGSHAN_HOSTS, comma separated
    https: bool  # QINGSHAN_HTTPS=1: secure cookies and HSTS

    @classmethod
    def read(cls) -> "Environment":
        """Read the environment; creates home (0700) and the key (0600) if they do not exist."""
        home = Path(os.environ.get("QINGSHAN_HOME", ".qingshan")).resolve()
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(
            home=home,
            database_url=os.environ.get("QINGSHAN_DATABASE_URL", ""),
            secret_key=os.environ.get("QINGSHAN_SECRET_KEY") or _kept_key(home / "secret.key"),
            debug=os.environ.get("QINGSHAN_DEBUG") == "1",
            hosts=tuple(host.strip() for host in os.environ.get("QINGSHAN_HOSTS", "127.0.0.1,localhost").split(",") if host.strip()),
            https=os.environ.get("QINGSHAN_HTTPS") == "1",
        )


def _kept_key(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text()


def postgres(url: str) -> dict[str, object]:
    """Django's settings for an address such as ``postgres://user:password@127.0.0.1:5432/name``.

    >>> postgres("postgres://a:b%40c@127.0.0.1:5433/qs")["PASSWORD"]
    'b@c'
    """
    parts = urlsplit(url)
    socket_folder = parse_qs(parts.query).get("host", [""])[0]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or socket_folder,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
    }
