"""Rules over everything podtool reads and makes."""
