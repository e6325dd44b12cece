"""`qingshan demo` and `qingshan serve`: the web site on loopback."""

import os
import signal
import subprocess
import sys
import threading

import click


@click.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--only-load", is_flag=True, help="Load the city and stop.")
def demo(port: int, only_load: bool) -> None:
    """The demonstration city (演示城市): create, load, evaluate, serve."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingshan.conf.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from qingshan.flows.demo import load_city

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    for line in load_city():
        click.echo(line)
    if not only_load:
        click.echo(f"\n  http://127.0.0.1:{port}/   (Ctrl-C 停止 / stops)\n")
        _serve(port)


@click.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
def serve(port: int, host: str) -> None:
    """Serve the web site and run background work."""
    _serve(port, host)


def _serve(port: int, host: str = "127.0.0.1") -> None:
    """Run server and worker until one ends or a signal comes; then end both."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingshan.conf.settings")
    server = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        host,
        "--port",
        str(port),
        "--workers",
        "1",
        "--blocking-threads",
        "4",
    ]
    commands = [
        [*server, "--log-level", "warning", "qingshan.conf.wsgi:application"],
        [sys.executable, "-m", "qingshan.cli.main", "manage", "qcluster"],
    ]
    running = [subprocess.Popen(command) for command in commands]  # noqa: S603 - our own programs
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    while not stop.wait(0.5) and all(process.poll() is None for process in running):
        pass
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
