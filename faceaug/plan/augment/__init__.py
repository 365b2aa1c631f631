"""Carrying out a plan: pictures are made, judged, asked for again, replaced, and committed as a version."""
