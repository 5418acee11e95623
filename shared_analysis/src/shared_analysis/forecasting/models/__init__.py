"""The models a forecast is chosen from."""
