"""How text gets about in a project: into a prompt, and out of an answer."""
