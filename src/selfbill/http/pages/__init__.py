"""The pages of the servicedesk, in Dutch and in English."""
