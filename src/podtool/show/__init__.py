"""What a show and an episode are, and how they are read."""
