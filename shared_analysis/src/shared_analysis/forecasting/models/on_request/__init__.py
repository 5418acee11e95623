"""Models and regressors that somebody asked for; none of them runs otherwise."""
