"""scripts/bench projections [--events N] [--keep] [--repeat N] [--only RUN,...]: following and rebuilding, against floor and library.

On one made-up history, one after the other, each in a process of its own:
(a) the library's own ProjectionRunner, open items and invoice list, on a smaller history of the same kind;
(b) our follower from zero, all read models;
(c) our rebuild from the command line, all read models, and open items with the invoice list;
(d) the floor: COPY all events out, decode them, COPY the finished rows in, no fold; for all rows, and for those of these two.
With --keep the history stays in a database of its own and is used again next time.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from bench_history_database import AGENCY, SAMPLE, clear_read_models, history_database, settle

ROOT = Path(__file__).resolve().parent.parent
TWO = ("open_items", "invoices")
MEASURED = ("events", "seconds", "own CPU", "peak MiB", "cores busy")

Figures = dict[str, Any]


def main() -> None:
    """Measures, prints, and ends well whatever the figures are: timing never decides a test."""
    options = parse()
    if options.child is not None:
        print(json.dumps(child(options)))
        return
    data_dir = Path(os.environ.get("SELFBILL_DATA_DIR", tempfile.gettempdir() + "/selfbill-bench"))
    data_dir.mkdir(parents=True, exist_ok=True)
    os.environ["SELFBILL_DATA_DIR"] = str(data_dir.resolve())  # for the processes that this one starts
    with history_database(data_dir, events=options.events, seed=options.seed, keep=options.keep) as url:
        bench = Bench(url, options.events)
        for _ in range(options.repeat):
            bench.run(set(options.only.split(",")) if options.only else None)
        bench.say_targets()


def parse() -> argparse.Namespace:
    """The options; `--child` is how this starts itself."""
    parser = argparse.ArgumentParser(prog="scripts/bench projections")
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep the history for the next time")
    parser.add_argument("--only", default="", help="of library, follower, rebuild, two, floor; by commas")
    parser.add_argument("--repeat", type=int, default=1, help="so many rounds; the fastest run of each counts")
    parser.add_argument("--child", nargs="*", help=argparse.SUPPRESS)
    return parser.parse_args()


class RunFailed(Exception):  # noqa: N818 - a sentence for whoever measures
    """One of the runs came to no figures; the others go on."""


class Bench:
    """The runs on one history."""

    def __init__(self, url: str, events: int) -> None:
        self.url = url
        self.events = events
        self.figures: dict[str, Figures] = {}

    def run(self, only: set[str] | None) -> None:
        """All runs, or some of them."""
        print(f"{'':32}{'events':>10}{'seconds':>9}{'events/s':>10}{'own CPU':>9}{'peak MiB':>10}{'cores busy':>12}")
        runs: dict[str, list[Callable[[], None]]] = {
            "library": [
                lambda: self.measure("library", "(a) ProjectionRunner, two", "library", SAMPLE),
                lambda: self.measure("library heard", "    only events it listens to", "library", SAMPLE, "heard"),
            ],
            "follower": [
                lambda: clear_read_models(self.url),
                lambda: self.measure("follower", "(b) follower from zero, all", "follower", AGENCY),
            ],
            "rebuild": [lambda: self.rebuild("rebuild", "(c) rebuild, all", "--all")],
            "two": [lambda: self.rebuild("two", "(c) rebuild, two", *TWO)],
            "floor": [
                lambda: self.measure("floor", "(d) floor, all rows", "floor", AGENCY),
                lambda: self.measure("floor two", "(d) floor, rows of two", "floor", AGENCY, *TWO),
            ],
        }
        for name, steps in runs.items():
            try:
                for step in steps if only is None or name in only else ():
                    step()
            except RunFailed as failure:
                print(f"{name}: {failure}", flush=True)

    def measure(self, name: str, title: str, *what: str) -> None:
        """One of our own functions, timed by itself."""
        settle(self.url)
        done = watched([sys.executable, __file__, "--child", self.url, *what], os.environ)
        self.keep(
            name,
            title,
            done | json.loads(next(line for line in done.pop("output").splitlines() if line.startswith("{"))),
        )

    def rebuild(self, name: str, title: str, *what: str) -> None:
        """The command that an operator gives, from its start to its end."""
        settle(self.url)
        environment = os.environ | {"SELFBILL_DATABASE_URL": self.url}
        selfbill = [str(ROOT / ".venv/bin/selfbill"), "projections"]
        starting = watched([*selfbill, "status", "--agency", AGENCY], environment)
        done = watched([*selfbill, "rebuild", *what, "--agency", AGENCY], environment)
        del done["output"]
        self.keep(name, title, {"events": self.events} | done | {"of which starting": starting["seconds"]})

    def keep(self, name: str, title: str, figures: Figures) -> None:
        """Prints one line, and below it where the time went when that is known; of several runs the fastest counts."""
        events, seconds, cpu, peak, busy = (figures.pop(key) for key in MEASURED)
        print(
            f"{title:32}{events:10,}{seconds:9.2f}{events / seconds:10,.0f}{cpu:9.2f}{peak:10.0f}{busy:12.1f}",
            flush=True,
        )
        if figures:
            said = (
                f"{key} {value:,}" if isinstance(value, int) else f"{key} {value:.2f} s"
                for key, value in figures.items()
            )
            print("    " + ", ".join(said), flush=True)
        before = self.figures.get(name)
        if before is None or seconds < before["seconds"]:
            cpu = figures.get("CPU of that", cpu)
            self.figures[name] = {"events": events, "seconds": seconds, "peak MiB": peak, "own CPU": cpu}

    def say_targets(self) -> None:
        """What was wanted, what was measured."""
        print()
        self.target("rebuild of all / floor", "at most", 3, self.ratio("rebuild", "floor"))
        self.target("rebuild of two / floor", "at most", 1.8, self.ratio("two", "floor two"))
        for name, floor, title in (("rebuild", "floor", "all"), ("two", "floor two", "two")):
            if (ratio := self.ratio(name, floor, "own CPU")) is not None:
                print(f"{f'the same, own CPU only, {title}':38}{ratio:8.2f}   whatever else the machine does")
        self.target("rebuild of two / library (events/s)", "at least", 150, self.rate_ratio("two"))
        self.target("follower / library (events/s)", "at least", 30, self.rate_ratio("follower"))
        for name, title in (("rebuild", "all"), ("two", "two")):
            if name in self.figures:
                self.target(f"memory of rebuild, {title} (MiB)", "at most", 512, self.figures[name]["peak MiB"])

    def ratio(self, name: str, floor: str, of: str = "seconds") -> float | None:
        """How many times the seconds of the floor, or another figure of it."""
        if name not in self.figures or floor not in self.figures:
            return None
        return float(self.figures[name][of] / self.figures[floor][of])

    def rate_ratio(self, name: str) -> float | None:
        """How many times the events per second of the library."""
        if name not in self.figures or "library" not in self.figures:
            return None
        ours, theirs = (self.figures[each]["events"] / self.figures[each]["seconds"] for each in (name, "library"))
        return float(ours / theirs)

    @staticmethod
    def target(title: str, bound: str, wanted: float, measured: float | None) -> None:
        """One line; nothing when it was not measured."""
        if measured is not None:
            is_met = measured <= wanted if bound == "at most" else measured >= wanted
            print(f"{title:38}{measured:8.2f}   {bound} {wanted:<6g} {'ok' if is_met else 'MISSED'}", flush=True)


def watched(command: list[str], environment: Mapping[str, str]) -> Figures:
    """Runs this to its end: its output, its seconds, its own processor time and memory, and how busy the machine was."""
    with tempfile.TemporaryFile() as output:
        busy, started = machine_seconds(), time.perf_counter()
        # Elsewhere than here, where a selfbill.toml could stand.
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env=dict(environment), cwd=tempfile.gettempdir()
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read().decode()
    if process.returncode:
        raise RunFailed(f"{' '.join(command)} ended with {process.returncode}\n{said[-2000:]}")
    return {
        "output": said,
        "seconds": seconds,
        "own CPU": usage.ru_utime + usage.ru_stime,
        "peak MiB": usage.ru_maxrss / 1024,
        "cores busy": (machine_seconds() - busy) / seconds,
    }


def machine_seconds() -> float:
    """Processor seconds that anybody has used on this machine."""
    user, nice, system, _, _, irq, softirq, *_ = map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def child(options: argparse.Namespace) -> Figures:
    """One run, in this process: its figures and the most memory that it ever held."""
    url, what, agency, *more = options.child
    figures = run_here(url, what, agency, more)
    status = Path("/proc/self/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    return figures | {"peak MiB": peak / 1024}


def run_here(url: str, what: str, agency: str, more: list[str]) -> Figures:
    """Imports only what this run needs, so that nothing else counts as its memory."""
    from selfbill.settings import Settings  # noqa: PLC0415

    settings = Settings(data_dir=Path(os.environ["SELFBILL_DATA_DIR"]))
    if what in ("fill", "fingerprint"):
        import bench_history  # noqa: PLC0415

        if what == "fingerprint":
            return {"history": bench_history.fingerprint(int(more[0]))}
        return bench_history.fill_agency(url, agency, settings, events=int(more[0]), seed=int(more[1]))
    if what == "library":
        import bench_library_runner  # noqa: PLC0415

        return bench_library_runner.run(url, agency, settings, only_heard=bool(more))
    if what == "floor":
        import bench_floor  # noqa: PLC0415

        return bench_floor.run(url, agency, more)
    assert what == "follower"
    from selfbill.runtime.house import open_house  # noqa: PLC0415
    from selfbill.store.database import Database  # noqa: PLC0415

    with Database(url) as database, open_house(settings, agency, database=database) as house:
        started = time.perf_counter()
        house.follower.catch_up()
        return {"events": house.follower.position(), "seconds": time.perf_counter() - started}


if __name__ == "__main__":
    main()
