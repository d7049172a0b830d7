"""The commands: options in, a few small values, one pipeline, a document and an exit status out."""
