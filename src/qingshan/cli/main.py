"""Entry point: exit code 0 done, 1 done but a mark or requirement is not met, 2 bad input."""

import os
import sys

import click

from qingshan import __version__
from qingshan.cli.demo import demo, serve
from qingshan.cli.energy import energy
from qingshan.cli.evaluate import evaluate_case
from qingshan.cli.standard import standard
from qingshan.cli.template import template
from qingshan.kernel.errors import InvalidInput, QingshanError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default=lambda: os.environ.get("QINGSHAN_LANG", "zh"), help="Language of answers (QINGSHAN_LANG)."
)
@click.version_option(__version__, prog_name="qingshan")
@click.pass_context
def commands(context: click.Context, lang: str) -> None:
    """青山 Qingshan: from what a plant measured to an evaluation that explains itself."""
    context.obj = lang


@commands.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True}, add_help_option=False)
@click.pass_context
def manage(context: click.Context) -> None:
    """Forward to Django (migrate, createsuperuser …)."""
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingshan.conf.settings")
    execute_from_command_line(["qingshan manage", *context.args])


for command in (evaluate_case, standard, energy, template, demo, serve):
    commands.add_command(command)


def main() -> None:
    """Run a command; what is wrong with the input goes to stderr, one line each."""
    try:
        sys.exit(commands(standalone_mode=False))
    except InvalidInput as error:
        language = os.environ.get("QINGSHAN_LANG", "zh")
        if "--lang" in sys.argv[:-1]:
            language = sys.argv[sys.argv.index("--lang") + 1]
        for problem in error.problems:
            click.echo(problem.line(language), err=True)
        sys.exit(2)
    except QingshanError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)


if __name__ == "__main__":
    main()
