"""Lumen's runner beside four task queues: the same job, the same disk, one worker each; and what 20 kills do to them.

python -m tests.benchmarks.peers [--jobs N] [--only lumen,huey] [--no-crash] [--json PATH]

A peer runs in `.venv/peers`, which has nothing of Lumen's; Lumen runs in `.venv`, which has nothing of theirs. Both are
told what to do by the same small program (`side.py`), and both write the same ledger (`ledger.py`), which is what is
judged. The modules that a peer's process imports use the standard library alone: ledger, orders, side, and its own one
of `sides/`.
"""
