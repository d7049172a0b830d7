"""Load in, samples out: the measuring side of aiready."""
