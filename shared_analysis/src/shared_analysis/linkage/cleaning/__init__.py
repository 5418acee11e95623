"""From values as people typed them to values that can be compared."""
