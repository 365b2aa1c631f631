"""The neck under a turned head: where it is, what colour, what lies over it, and the collar that ends it."""
