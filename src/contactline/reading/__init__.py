"""A report to claims: mentions, pairs of mentions that a sentence ties together, modality, time,
calibrated confidence.
"""
