"""Tries the images without an engine: `make image-dry`."""
