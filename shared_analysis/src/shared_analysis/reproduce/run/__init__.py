"""The stages of a clean copy, run in an environment made for them, and what came out."""
