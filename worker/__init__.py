"""The door for messages: a wake-up in, a job's fate out. Read `worker/runner.py` first."""
