"""How Django itself writes what no template of ours formats."""
