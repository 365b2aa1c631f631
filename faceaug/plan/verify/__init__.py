"""Checking a finished data set: made again, counted again, compared with photographs and with people's labels."""
