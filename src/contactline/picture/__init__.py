"""The picture: from claims to who holds what, with probability, sectors, pockets, contact lines,
ties, agreements, changes.
"""
