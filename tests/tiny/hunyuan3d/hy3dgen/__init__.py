"""Stands in for hy3dgen 2.0.2: its face and its faults, with networks that fit into a test."""
