"""The stage that turns a head, and what it takes: where each pixel comes from, and what no photograph showed."""
