"""The way in for browsers and programs: the pages of the servicedesk, and the JSON API. Thin: parse, ask the house, answer."""
