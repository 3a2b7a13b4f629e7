"""Adapters. Only `jobs/wiring.py` names one."""
