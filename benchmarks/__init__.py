"""Side by side with peers and with known answers; ``python -m benchmarks`` writes RESULTS.md."""
