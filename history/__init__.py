"""What was measured and judged before: results under `.aiready/`, and how their figures went.

It knows the documents that others write, by their schemas, and neither how an audit nor how a load test is made.
Nothing is imported here: an audit asks for the mistakes alone.
"""
