"""A support desk: customers ask over HTTP, a model answers, the night shift is done by workers."""
