"""Other tools, each script run by the interpreter of an environment that holds that tool and not this package."""
