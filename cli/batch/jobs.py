"""A batch by its name."""

from typing import TYPE_CHECKING

from cli.context import Context

if TYPE_CHECKING:
    from jobs.batch import Batch, Batches


def batches_of(context: Context) -> "Batches":
    from jobs.batch import Batches

    return Batches(context.client)


def named(context: Context, name: str) -> "Batch":
    """The owner's batch of that name, or the batch of that id. Raises: NotFound, BackendDown."""
    from jobs.batch import BATCH_ID, id_for
    from jobs.errors import NotFound, RecordMissing

    batches = batches_of(context)
    for batch_id in (id_for(batches.client.owner, name), name):
        try:
            if BATCH_ID.fullmatch(batch_id):
                return batches.get(batch_id)
        except RecordMissing:
            continue
    raise NotFound(f"{batches.client.owner} has no batch {name}; lumen batch list has all there are.")
