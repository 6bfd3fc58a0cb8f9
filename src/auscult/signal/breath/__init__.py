"""Breathing cycles, found in the sound alone."""
