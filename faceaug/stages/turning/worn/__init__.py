"""Glasses that a person wears, which go along with the head as one stiff thing: told, taken off, laid on again."""
