"""What came out held against what the commit claims, file by file."""
