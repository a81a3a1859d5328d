"""podtool: a podcast episode from two YAML files."""

__version__ = "0.1.0"
