"""The command line: what an operator of the house can ask for and see."""
