"""What `lumen init` makes, one file per service."""
