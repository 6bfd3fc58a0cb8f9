"""Measures of how good a recording is, taken block by block."""
