"""Report: documents out of results. One file a format; the faces that the CLI uses are `interface` for an audit's and
`bench_interface` for a run's, so that who needs one of them doesn't load the other."""
