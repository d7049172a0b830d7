"""The place of the measuring side, load in and samples out, which is planned: nothing is here yet."""
