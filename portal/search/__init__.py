"""Searching everything that staff work with: what is searched (kinds), how it is kept (keeping) and found (finding).

Every word of a row stands in an index of its own, in the same transaction as the row. No extension of a database is
needed: a beginning of a word is a range of a B-tree, and a slip is found through what it has in common with the word.
"""
