"""What a reviewer hands on, for people and for programs."""
