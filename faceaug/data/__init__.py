"""What is known about photographs, and their pixels on disk; never imports a tensor library."""
