"""The support matrix: scripts/matrix tells how it is called."""

import argparse
import sys

import cells
import envoys
import table


def main() -> int:
    known = envoys.pinned()
    parser = argparse.ArgumentParser(prog="scripts/matrix", description=__doc__)
    parser.add_argument("versions", nargs="*", metavar="VERSION", help=f"of {', '.join(known)}; short is enough: 1.38")
    parser.add_argument("--host", choices=cells.HOSTS, help="only the Wasm module, or only the native one")
    parser.add_argument("--as-built", action="store_true", help="with the modules in dist/ as they are")
    parser.add_argument("--table", action="store_true", help="only write the table of the runs so far")
    asked = parser.parse_args()
    made = []
    if not asked.table:
        for version in envoys.chosen(asked.versions, known):
            for host in [asked.host] if asked.host else cells.HOSTS:
                made.append(cells.run(version, host))
                print(table.line(made[-1]), flush=True)
    table.write()
    return int(any(table.is_red(cell) for cell in made))


sys.exit(main())
