"""`python -m selfbill`."""

from selfbill.cli.main import main

if __name__ == "__main__":
    main()
