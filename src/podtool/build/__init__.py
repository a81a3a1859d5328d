"""Steps, the content-addressed store, and who is stale and why."""
