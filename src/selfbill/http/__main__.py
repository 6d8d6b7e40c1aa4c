"""`python -m selfbill.http`."""

from selfbill.http.main import main

main()
