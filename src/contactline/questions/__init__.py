"""The questions people ask, each answered in one place; commands, API, assistants and brief only
render.
"""
