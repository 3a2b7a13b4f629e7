"""The door for a terminal: `lumen --help`. stdout is data, stderr is talk."""
