"""Synthetic recordings with ground truth, for the demo, the tests and the tutorial. They never enter a score."""

from auscult.recordings.synthesis.breathing import Breath, Colour
from auscult.recordings.synthesis.collection import write_collection
from auscult.recordings.synthesis.heart import synthesize_heart
from auscult.recordings.synthesis.heart_collection import write_heart_collection
from auscult.recordings.synthesis.heart_murmur import Murmur
from auscult.recordings.synthesis.heart_sounds import Valves
from auscult.recordings.synthesis.lung import synthesize_lung
from auscult.recordings.synthesis.recording import Event, SyntheticRecording
from auscult.recordings.synthesis.write import read_events, write_recording

__all__ = [
    "Breath",
    "Colour",
    "Event",
    "Murmur",
    "SyntheticRecording",
    "Valves",
    "read_events",
    "synthesize_heart",
    "synthesize_lung",
    "write_collection",
    "write_heart_collection",
    "write_recording",
]
