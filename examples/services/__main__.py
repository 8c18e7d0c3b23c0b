"""python -m services [--port N] [--smtp-port N] [--write-addresses FILE] [--write-env FILE] ..."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from .aws import SCANS
from .running import Services
from .runs import RUN_IDS
from .web import Service


def main(more: Mapping[str, Service] = MappingProxyType({})) -> int:
    """Serve until SIGTERM or SIGINT; `more`: services beside those of the examples."""
    args = _arguments()
    stopping = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stopping)
    try:
        services = Services(
            port=args.port,
            smtp_port=args.smtp_port,
            run_pattern=args.run_pattern,
            decide_after=args.decide_after,
            scans=args.scans,
            more=more,
        )
    except OSError as problem:
        sys.stderr.write(f"services: cannot listen: {problem.strerror}; --port 0 takes a free one\n")
        return 2
    with services:
        text = json.dumps({"addresses": services.addresses, "env": services.env, "pid": os.getpid()}, indent=1) + "\n"
        if args.write_addresses:
            _write(args.write_addresses, text)
        if args.write_env:
            _write(args.write_env, "".join(f"{k}={shlex.quote(v)}\n" for k, v in services.env.items()))
        sys.stdout.write(text)
        sys.stdout.flush()
        signal.sigwait(stopping)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="services", description="Loopback services for the example pipeline.")
    parser.add_argument("--port", type=int, default=0, help="HTTP port; 0 (default): a free one")
    parser.add_argument("--smtp-port", type=int, default=0, help="SMTP port; 0 (default): a free one")
    parser.add_argument("--write-addresses", type=Path, metavar="FILE", help="write addresses and environment as JSON")
    parser.add_argument("--write-env", type=Path, metavar="FILE", help="write the environment for a shell to source")
    parser.add_argument(
        "--run-pattern", default=RUN_IDS, metavar="REGEX", help="how run ids look (default: %(default)s)"
    )
    parser.add_argument(
        "--decide-after",
        type=lambda text: None if text == "never" else int(text),
        default=2,
        metavar="N",
        help="reviews are decided after N polls that say pending (default: 2); 'never': only when told",
    )
    parser.add_argument("--scans", type=Path, default=SCANS, metavar="DIR", help="the files in the bucket")
    return parser.parse_args()


def _write(path: Path, text: str) -> None:
    """Whoever waits for the file never sees half of it."""
    draft = path.with_name(f"{path.name}.part")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


if __name__ == "__main__":
    sys.exit(main())
