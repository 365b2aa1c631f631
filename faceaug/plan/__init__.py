"""Which edits of which photographs fill the gaps of a data set; making, checking and keeping what was planned."""
