"""Handing a data set to other tools: one format a file, each with the data card beside it."""
