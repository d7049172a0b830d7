"""Code in, findings out: the static side of aiready."""
