"""The stage that puts glasses on, and what it takes: how they sit, each part of them, their light and shadow."""
