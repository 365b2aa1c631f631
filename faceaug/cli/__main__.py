"""`python -m faceaug.cli` is `faceaug`."""

from faceaug.cli import main

main(prog_name="faceaug")
