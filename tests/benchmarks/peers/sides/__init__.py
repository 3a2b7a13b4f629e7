"""What each system needs to be told; the rest is side.py. Each imports its own system alone."""
