"""Log lines that wait for nobody, know whose they are, and keep secrets to themselves.

    log_without_waiting(logging.INFO, Form(json=True, project="my-project"))
    with bound(job_id=job.id, attempt=1):
        logging.getLogger(__name__).info("ready")  # {"severity": "INFO", "message": "ready", "job_id": ...}

Whoever logs calls the standard library's `logging`. docs/logs.md has every field.
"""

from jobs.logs.context import begin, bound, current, in_context
from jobs.logs.form import Form
from jobs.logs.queued import Direct, log_without_waiting, write_line

__all__ = [
    # how a process logs
    "Form", "log_without_waiting", "write_line", "Direct",
    # whose a line is
    "bound", "begin", "current", "in_context",
]  # fmt: skip
