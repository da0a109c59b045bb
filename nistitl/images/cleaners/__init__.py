"""How a codestream is rid of what stands beside its image: one module a format, each a list of what is kept.

What is not in such a list goes, known or not; so does what is longer than it may be. Coded data stay as they are.
"""
