"""What a photograph can become: which edits take it where, how surely, how far, and at what cost."""
