"""The JSON API for programs: the same questions and intentions as the pages and the command line."""
