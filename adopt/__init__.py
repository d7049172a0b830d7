"""What a project needs to keep aiready: out of an audit, files that are written once and then belong to the project."""
