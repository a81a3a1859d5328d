"""The use cases, one module per command: they bind ports to adapters and give plain results."""
