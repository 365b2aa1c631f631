"""Pure kernels on ``(B, C, H, W)``: colour, noise, filters, triangles, light."""
