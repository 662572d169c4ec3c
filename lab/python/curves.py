"""Reads the curves of a training from their picture."""

import re

# The training's line has a point for each epoch, and two in the legend.
TRAINING_LINE = re.compile(r'<polyline[^>]*stroke="#0072B2"[^>]*points="([^"]*)"')


def epochs_drawn(svg):
    """How many epochs two curves side by side show, loss and accuracy."""
    points = sum(len(points.split()) for points in TRAINING_LINE.findall(svg))
    return points // 2 - 2
