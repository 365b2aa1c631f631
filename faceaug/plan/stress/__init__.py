"""A model's answers on photographs, and on the same photographs with one edit each."""
