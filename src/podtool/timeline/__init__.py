"""An episode laid out in samples; pure."""
