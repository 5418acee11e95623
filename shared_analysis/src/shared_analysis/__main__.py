"""``python -m shared_analysis``: the same commands as ``shared-analysis``, where only Python itself may be run."""

from shared_analysis.cli import main

if __name__ == "__main__":
    main()
