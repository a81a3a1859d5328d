"""Sound: reading, mixing, measuring, mastering and encoding, always in planar float32 blocks."""
