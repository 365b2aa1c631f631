"""Labels from the user, whatever their format: tables, folders, and the public face sets' own."""

from __future__ import annotations

from faceaug.data.labels.columns import Columns
from faceaug.data.labels.findings import Finding
from faceaug.data.labels.reading import FORMATS, Labels, read_labels
from faceaug.data.labels.vocabulary import Term, Vocabulary
from faceaug.data.labels.vocabulary_file import read_vocabulary

__all__ = ["FORMATS", "Columns", "Finding", "Labels", "Term", "Vocabulary", "read_labels", "read_vocabulary"]
