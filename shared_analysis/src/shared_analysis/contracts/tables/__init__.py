"""Work on whole columns: their letters, their shares, their moments and their order, fast where values are as usual."""
