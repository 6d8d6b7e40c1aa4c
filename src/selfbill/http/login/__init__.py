"""Accounts, sessions and login on the web."""
