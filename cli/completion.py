"""`lumen completion`: the script by which a shell completes commands and options."""

import click

VARIABLE = "_LUMEN_COMPLETE"  # by which the script asks `lumen` for what may follow; click's name for it


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion_command(shell: str) -> None:
    """Print the completion script of SHELL.

    \b
    bash  echo 'source <(lumen completion bash)' >> ~/.bashrc
    zsh   echo 'source <(lumen completion zsh)' >> ~/.zshrc      (behind compinit)
    fish  lumen completion fish > ~/.config/fish/completions/lumen.fish
    """  # noqa: D301 (click's mark of lines that it is to leave as they are is a backspace)
    from click.shell_completion import get_completion_class

    from cli.main import lumen

    kind = get_completion_class(shell)
    assert kind is not None, "click knows the three"
    click.echo(kind(lumen, {}, "lumen", VARIABLE).source())
