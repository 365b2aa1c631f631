"""Which photographs get which edits: an integer program, the greedy rule beside it, and why groups stay too small."""
