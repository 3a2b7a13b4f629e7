"""What a process that serves says when it begins: talk for people, or the first line of its log."""

from cli.context import Context
from cli.render import say


def announce(context: Context, said: str, *, for_people: bool = False) -> None:
    """To stderr at once, in the form in which the process logs."""
    from jobs.log_form import log_form
    from jobs.logs import write_line

    form = log_form(context.settings, context.env, for_people=for_people)
    if form.json:
        write_line(form, "lumen", said)
    else:
        say(said)
