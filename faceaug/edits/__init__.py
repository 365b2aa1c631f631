"""One edit a file, each of its file's name; siblings never import each other."""
