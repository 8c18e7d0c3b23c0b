"""The door: `lastgood` and `python -m lastgood`.

It knows where our packages must come from, and nothing of what they do. The code that is scanned may hold modules
named like ours or like our dependencies, and it often is the working folder: nothing is imported from there. That is
why this file has no import but two that the interpreter carries inside itself.
"""

import os
import sys

ROOMS = ("assess", "migrate", "reports")


def leave_working_folder() -> None:
    """Take the working folder off the import path, unless lastgood itself lives there."""
    try:
        here = os.path.realpath(os.curdir)
    except OSError:  # the working folder is gone
        here = ""
    if here == _home():
        sys.path[:] = [entry for entry in sys.path if entry]
        return
    sys.path[:] = [entry for entry in sys.path if entry and os.path.realpath(entry) != here]


def hidden() -> str | None:
    """One sentence if a room would be imported from another place than lastgood, else None."""
    from importlib.util import find_spec  # noqa: PLC0415 - only after the working folder is off the path

    for room in ROOMS:
        spec = find_spec(room)
        places = [*(spec.submodule_search_locations or [spec.origin or ""])] if spec else []
        others = [place for place in places if os.path.dirname(os.path.realpath(place)) != _home()]  # noqa: PTH120
        if others:
            return (
                f"lastgood: another package called '{room}' ({ascii(others[0])[1:-1]}) hides ours: "
                "run it with 'uvx lastgood', or install it with 'pipx install lastgood'."
            )
        if not places:
            return f"lastgood: its package '{room}' is missing: install lastgood again."
    return None


def _home() -> str:
    return os.path.dirname(os.path.dirname(os.path.realpath(__file__)))  # noqa: PTH120 - pathlib is a file on the path


def main() -> None:
    """Run the command line and exit."""
    leave_working_folder()
    sentence = hidden()
    if sentence:
        sys.stderr.write(sentence + "\n")
        sys.exit(2)
    from lastgood.running import INTERRUPTED, run  # noqa: PLC0415 - only after the working folder is off the path

    code = run(sys.argv[1:])
    if code == INTERRUPTED:
        os._exit(code)  # a thread that is still at work would keep the process alive
    sys.exit(code)


if __name__ == "__main__":
    main()
