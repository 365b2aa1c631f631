"""Synthesis: what photographs look like as distributions, so that pictures can be drawn like them, or unlike."""
