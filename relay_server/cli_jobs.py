"""`comfy-relay jobs ...`: the words on the command line; `job_commands` does the work.

Like every command these import what they need when they run.
"""

from __future__ import annotations

from typing import Any

import click

from relay_server.cli_relay import on_relay, relay_option
from relay_server.models.jobs import Priority, Status

CLASSES = click.Choice([each.value for each in Priority])


def _filters(command: Any) -> Any:
    for option in (
        click.option("--user", help="Another's jobs; needs the scope `admin`."),
        click.option("--workflow", help="Of this published workflow."),
        click.option("--tag", help="With this tag."),
    ):
        command = option(command)
    return command


def _all_users(command: Any) -> Any:
    return click.option("--all-users", is_flag=True, help="Everybody's; needs the scope `admin`.")(
        command
    )


@click.group("jobs", invoke_without_command=True)
@_all_users
@relay_option
@click.pass_context
def jobs_group(context: click.Context, relay: str, all_users: bool) -> None:
    """Your jobs, newest first; with a command, ask about them or steer them. A key is taken from
    COMFY_RELAY_KEY."""
    if context.invoked_subcommand is None:
        from relay_server import job_commands as commands

        filters = {"user": commands.EVERYBODY if all_users else None}
        on_relay(relay, lambda client: commands.listing(client, filters, 20, click.echo))


@jobs_group.command("list")
@_filters
@_all_users
@click.option("--status", type=click.Choice([each.value for each in Status]))
@click.option("--after", type=click.DateTime(), help="Submitted after this, local time.")
@click.option("--before", type=click.DateTime(), help="Submitted before this, local time.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@relay_option
def jobs_list(limit: int, relay: str, all_users: bool, **filters: Any) -> None:
    """Jobs that match, newest first."""
    from relay_server import job_commands as commands

    if all_users:
        if filters["user"]:
            raise click.UsageError("--user names one, --all-users everybody: say one of them.")
        filters["user"] = commands.EVERYBODY

    on_relay(relay, lambda client: commands.listing(client, filters, limit, click.echo))


@jobs_group.command("explain")
@click.argument("job_id", metavar="ID")
@relay_option
def jobs_explain(job_id: str, relay: str) -> None:
    """Why the job ID waits, and what each host says to it."""
    from relay_server import job_commands as commands

    on_relay(relay, lambda client: commands.explain(client, job_id, click.echo))


@jobs_group.command("cancel")
@click.argument("job_ids", metavar="[ID]...", nargs=-1)
@_filters
@click.option("--mine", is_flag=True, help="All jobs that are not over.")
@relay_option
def jobs_cancel(
    job_ids: tuple[str, ...], tag: str | None, workflow: str | None, user: str | None, mine: bool,
    relay: str,
) -> None:  # fmt: skip
    """Cancel jobs by ID; or all that match; or, with --mine, all."""
    from relay_server import job_commands as commands

    many = bool(tag or workflow or user or mine)
    if bool(job_ids) == many:
        raise click.UsageError(
            "Name jobs by their ID, or with --tag, --workflow or --user, or say --mine."
        )
    if job_ids:
        on_relay(relay, lambda client: commands.cancel(client, job_ids, click.echo))
    else:
        which = commands.Which(tag, workflow, user)
        on_relay(relay, lambda client: commands.cancel_many(client, which, click.echo))


@jobs_group.command("retry")
@click.argument("job_id", metavar="ID")
@click.option("--priority", type=CLASSES, help="By default as it was.")
@relay_option
def jobs_retry(job_id: str, priority: str | None, relay: str) -> None:
    """Run the job ID again, as a new job. A partner key is not kept: such a job fails without."""
    from relay_server import job_commands as commands

    on_relay(relay, lambda client: commands.retry(client, job_id, priority, click.echo))


@jobs_group.command("priority")
@click.argument("job_id", metavar="ID")
@click.argument("priority", metavar="CLASS", type=CLASSES)
@relay_option
def jobs_priority(job_id: str, priority: str, relay: str) -> None:
    """Another CLASS for a job that waits: interactive, shot or batch."""
    from relay_server import job_commands as commands

    on_relay(relay, lambda client: commands.change(client, job_id, priority, click.echo))
