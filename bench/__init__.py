"""Load in, samples out: what is sent when, what is kept of each request, and what follows from it."""
