"""What a person reads: an audit as one page of HTML, as Markdown and as a Croissant file."""
