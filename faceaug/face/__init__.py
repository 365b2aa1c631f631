"""Face analysis: from pixels to everything that an edit may want to change."""
