"""Code newer than the running Python, written down so that it reads it: same lines, same columns, same calls.

libcst knows syntax that the running Python does not. It can take its process down, so it works in a child: `serve` and
`lower` run there, `worker` asks it, and `restore` puts back into the tree what the older syntax could not say.
"""
