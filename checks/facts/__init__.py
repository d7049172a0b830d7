"""What is really in effect for a call: one file a fact, worked out over the call paths of the project."""
