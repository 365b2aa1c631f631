"""The renderer's stages, one channel of the scene each, in the order in which `faceaug.render` calls them."""
