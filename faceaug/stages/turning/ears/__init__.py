"""The ears of a turned head: told, and mirrored where one was hardly seen."""
