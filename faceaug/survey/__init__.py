"""Measure every photograph of a data set, once: readings are kept by content, and a survey that was stopped goes on."""

from __future__ import annotations

from faceaug.survey.run import Progress, Survey, survey

__all__ = ["Progress", "Survey", "survey"]
