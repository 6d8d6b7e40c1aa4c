"""The search of the servicedesk: whoever is meant by what somebody types while a client speaks."""
