"""One agency's quarter, from its files to invoices, mails and open items: what scripts/demo runs.

Everything happens through the command line, on a database and a mail server of its own, and is compared with what was
calculated independently.
"""

import argparse
import csv
import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import demo_bank
from selfbill.documents.local_smtp import LocalSmtp
from selfbill.store.faults import StoreFault
from selfbill.store.server import embedded_url, stop_embedded

ROOT = Path(__file__).resolve().parent.parent
MARK = ".selfbill-demo"
"""Stands in a directory that an earlier demo made: only such a one is made empty."""

DATA_REFUSED = 3
"""The exit code of an import whose files hold errors (docs/operating.md)."""

ERRORS = (
    ("customers.csv", "NL98RABO0850829135", "NL98RABO0850829136"),
    ("placements.csv", "P01;Z01;K01", "P01;Z01;K99"),
    ("rates.csv", "60,00", "6O,00"),
    ("hours.csv", "16-03-2026;07:00;15:30", "16-03-2026;07:00;25:30"),
)
"""What goes wrong in an office: a digit, a customer who left, a letter O, a time that no clock reads."""


class DemoFailed(Exception):  # noqa: N818 - a sentence for whoever started the demo
    """The demo could not be shown to its end."""


def main() -> int:
    """Shows the demo; 0 when everything is as expected."""
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data-dir", type=Path, default=ROOT / ".selfbill" / "demo", help="made anew each time")
    parser.add_argument("--example", default="bureau-noord", help="bureau-noord or voorbeeld-klein")
    parser.add_argument("--language", choices=("nl", "en"), default=os.environ.get("SELFBILL_LANGUAGE", "nl"))
    options = parser.parse_args()
    example = ROOT / "examples" / options.example
    if not (example / "UNTIL").is_file():
        parser.error(f"there is no example {options.example}")
    data_dir = options.data_dir.expanduser().resolve()
    try:
        empty(data_dir)
        return Demo(example, data_dir, options.language).show()
    except (DemoFailed, StoreFault) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; the next demo starts afresh.", file=sys.stderr)
        return 130


def empty(data_dir: Path) -> None:
    """Makes the directory anew; never empties one that holds something else."""
    if data_dir.exists() and any(data_dir.iterdir()):
        if not (data_dir / MARK).exists():
            raise DemoFailed(f"{data_dir} holds something that no demo made. Give another --data-dir.")
        stop_embedded(data_dir)
        shutil.rmtree(data_dir)
    data_dir.mkdir(parents=True, exist_ok=True)
    (data_dir / MARK).touch()


class Demo:
    """One showing."""

    def __init__(self, example: Path, data_dir: Path, language: str) -> None:
        self.example = example
        self.data_dir = data_dir
        self.is_dutch = language == "nl"
        # The demo keeps to itself: neither your settings nor your database nor your mail server are touched.
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("SELFBILL_")}
        self.environment |= {"SELFBILL_DATA_DIR": str(data_dir), "SELFBILL_LANGUAGE": language}

    def show(self) -> int:
        """From files to open items."""
        started = time.monotonic()
        until = (self.example / "UNTIL").read_text().strip()
        out, mails = self.data_dir / "export", self.data_dir / "mail"
        embedded_url(self.data_dir)  # stays until the end, so that each command finds it running
        with LocalSmtp(mails) as server:
            self.environment |= {
                "SELFBILL_SMTP_HOST": server.host,
                "SELFBILL_SMTP_PORT": str(server.port),
                "SELFBILL_SMTP_TLS": "none",
            }
            self.step(
                "Bestanden met fouten worden geweigerd, met elke reden",
                "Files with errors are refused, with every reason",
            )
            self.selfbill("import", str(self.with_errors()), "--dry-run", ends_with=DATA_REFUSED)
            self.step("Een bureau levert zijn bestanden aan", "An agency hands in its files")
            self.selfbill("import", str(self.example))
            self.step(
                f"De klok loopt tot {until}: factureren, verzenden, herinneren",
                f"The clock runs to {until}: bill, send, remind",
            )
            self.selfbill("run", "--until", until)
            self.step("Wat nog moet worden betaald, naar ouderdom", "What is still to be paid, by age")
            self.selfbill("open-items", "--on", until[:10], "--totals")
            self.step("Wat er nog op de agenda staat", "What is still on the agenda")
            self.selfbill("agenda", "--limit", "5")
            self.step(
                "Alles als bestanden, met de PDF's zoals ze zijn verzonden",
                "Everything as files, with the PDFs as sent",
            )
            self.selfbill("export", str(out), "--pdf")
            count = len(server.mails())
        self.step("Vergeleken met wat los hiervan is uitgerekend", "Compared with what was calculated independently")
        is_equal = self.compare(out)
        self.show_bank(dt.date.fromisoformat(until[:10]))
        self.tell_where(out, mails, count)
        self.tell(
            f"\nKlaar in {time.monotonic() - started:.0f} seconden.",
            f"\nDone in {time.monotonic() - started:.0f} seconds.",
        )
        return 0 if is_equal else 1

    def show_bank(self, day: dt.date) -> None:
        """Customers pay, the bank says so in its files, and what is paid by what is found out."""
        story = demo_bank.tell(
            self.asked("open-items", "--limit", "10000")["items"], self.asked("bank", "account")["holders"]
        )
        if story is None:
            self.tell(
                "\nDit voorbeeld heeft te weinig openstaande facturen om een bankafschrift te laten zien; bureau-noord heeft er genoeg.",
                "\nThis example has too few open invoices to show a bank statement; bureau-noord has enough.",
            )
            return
        folder = self.data_dir / "bank"
        folder.mkdir(exist_ok=True)
        opening = demo_bank.OPENING
        files = []
        for number, (later, payments) in enumerate(((0, story.first), (2, story.later)), start=1):
            files.append(folder / f"{story.account}-{number}.xml")
            moment = day + dt.timedelta(days=later)
            files[-1].write_bytes(demo_bank.statement(story.account, moment, payments, opening=opening, number=number))
            opening += sum(each.amount for each in payments)
        self.step(
            f"Klanten betalen {story.owner}; de bank stuurt haar afschrift (camt.053)",
            f"Customers pay {story.owner}; the bank sends its statement (camt.053)",
        )
        self.selfbill("bank", "import", str(files[0]))
        self.step("Wat daarvan is verwerkt, en volgens welke regel", "What of it was allocated, and by which rule")
        self.selfbill("bank", "payments", "--of", story.owner)
        self.step(
            "Een betaling komt terug: de factuur staat weer open", "A payment comes back: its invoice is open again"
        )
        self.selfbill("bank", "import", str(files[1]))
        self.step("Wat een medewerker nog moet bekijken", "What somebody still has to look at")
        self.selfbill("bank", "payments", "--of", story.owner, "--work")
        self.step("Hetzelfde afschrift nog eens: er verandert niets", "The same statement again: nothing changes")
        self.selfbill("bank", "import", str(files[0]))

    def asked(self, *arguments: str) -> Any:
        """What a command says for a program."""
        command = [sys.executable, "-m", "selfbill", *arguments, "--json"]
        answer = subprocess.run(
            command, env=self.environment, cwd=self.data_dir, capture_output=True, text=True, check=False
        )
        if answer.returncode:
            raise DemoFailed(f"selfbill {arguments[0]} ended with exit code {answer.returncode}: {answer.stderr}")
        return json.loads(answer.stdout)

    def with_errors(self) -> Path:
        """A copy of the small example with some cells wrong."""
        folder = self.data_dir / "files-with-errors"
        shutil.copytree(ROOT / "examples" / "voorbeeld-klein", folder, ignore=shutil.ignore_patterns("expected"))
        for file, right, wrong in ERRORS:
            text = (folder / file).read_text("utf-8")
            assert right in text, f"{file} holds no {right}"
            (folder / file).write_text(text.replace(right, wrong, 1), "utf-8")
        return folder

    def selfbill(self, *arguments: str, ends_with: int = 0) -> None:
        """Shows a command and runs it."""
        shown = [argument.removeprefix(f"{ROOT}/") for argument in arguments]
        print(f"$ selfbill {' '.join(shown)}", flush=True)
        command = [sys.executable, "-m", "selfbill", *arguments]
        # In the data directory stands no selfbill.toml, whose settings would come through here.
        process = subprocess.Popen(command, env=self.environment, cwd=self.data_dir)
        try:
            code = process.wait()
        except KeyboardInterrupt:
            process.wait()  # it heard the same Ctrl-C, and finishes what it was doing
            raise
        if code != ends_with:
            raise DemoFailed(f"selfbill {shown[0]} ended with exit code {code}; see above.")

    def compare(self, out: Path) -> bool:
        """Whether the export holds exactly the rows that are expected; says so."""
        is_equal, rows = True, 0
        for file in sorted((self.example / "expected").glob("*.csv")):
            expected, made = read_rows(file), read_rows(out / file.name)
            rows += len(made)
            if expected != made:
                is_equal = False
                missing = [row for row in expected if row not in made][:3]
                more = [row for row in made if row not in expected][:3]
                print(f"{file.name}: expected but not made: {missing}; made but not expected: {more}")
        if is_equal:
            self.tell(
                f"{rows} regels in 5 bestanden zijn tot op de cent gelijk aan {self.example.relative_to(ROOT)}/expected.",
                f"{rows} rows in 5 files equal {self.example.relative_to(ROOT)}/expected to the cent.",
            )
        return is_equal

    def tell_where(self, out: Path, mails: Path, count: int) -> None:
        """Where everything lies, and how to look further."""
        pdf = out / "pdf"
        self.step("Waar alles staat", "Where everything is")
        self.tell(
            f"PDF's      {pdf} ({len(list(pdf.glob('*.pdf')))})", f"PDFs       {pdf} ({len(list(pdf.glob('*.pdf')))})"
        )
        self.tell(f"E-mails    {mails} ({count}, .eml)", f"E-mails    {mails} ({count}, .eml)")
        self.tell(f"Export     {out}", f"Export     {out}")
        self.tell(
            f"Database   {self.data_dir / 'postgres'} (draait alleen als iemand hem gebruikt)",
            f"Database   {self.data_dir / 'postgres'} (runs only while somebody uses it)",
        )
        customer = next(iter(sorted(read_rows(self.example / "customers.csv", sniff=True))), [""])
        self.tell("\nKijk verder, bijvoorbeeld:", "\nLook further, for example:")
        print(f"  export SELFBILL_DATA_DIR={self.data_dir}")
        for more in ("invoices --limit 10", f"card {self.code_of(customer)}", "agenda --limit 20", "doctor"):
            print(f"  {ROOT / '.venv/bin/selfbill'} {more}")

    def code_of(self, row: list[str]) -> str:
        """The code in the first customer's row."""
        return next((cell for cell in row if cell[:1] == "K"), row[0])

    def step(self, nl: str, en: str) -> None:
        """What comes next."""
        text = nl if self.is_dutch else en
        if sys.stdout.isatty():
            text = f"\033[1m{text}\033[0m"
        print(f"\n{text}", flush=True)

    def tell(self, nl: str, en: str) -> None:
        """One line."""
        print(nl if self.is_dutch else en, flush=True)


def read_rows(file: Path, *, sniff: bool = False) -> list[list[str]]:
    """The rows below the header, in no particular order."""
    text = file.read_text("utf-8-sig")
    separator = ";" if sniff and ";" in text.split("\n", 1)[0] else ","
    return sorted(list(csv.reader(text.splitlines(), delimiter=separator))[1:])


if __name__ == "__main__":
    sys.exit(main())
