"""run - the system tests: every function named test_* of the modules below, with a line for each.

usage: run.py --build DIR [--only WORD]
Writes "passed failed skipped" to DIR/system.count and prints the closing line when run alone."""
import argparse
import importlib
import os
import sys
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

MODULES = ["t_life", "t_input", "t_guard", "t_outage", "t_daemon", "t_cli", "t_eval", "t_docs", "t_real"]


class Skip(Exception):
    """Raised by a test whose data is not there: it says so and counts as skipped."""


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--build", required=True)
    ap.add_argument("--only", default="")
    a = ap.parse_args()
    build = os.path.abspath(a.build)
    passed = failed = skipped = 0
    for name in MODULES:
        module = importlib.import_module(name)
        for fn in [v for k, v in vars(module).items() if k.startswith("test_")]:
            label = f"{name[2:]}: {fn.__name__[5:].replace('_', ' ')}"
            if a.only not in label:
                continue
            start = time.time()
            try:
                fn(build)
                passed += 1
                print(f"  ok    {label} ({time.time() - start:.1f}s)", flush=True)
            except Skip as e:
                skipped += 1
                print(f"  SKIP  {label}: {e}", flush=True)
            except Exception:  # pylint: disable=broad-except
                failed += 1
                print(f"  FAIL  {label}", flush=True)
                print("        " + traceback.format_exc().replace("\n", "\n        "), flush=True)
    with open(os.path.join(build, "system.count"), "w", encoding="ascii") as f:
        f.write(f"{passed} {failed} {skipped}\n")
    print(f"  system tests: {passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.modules.setdefault("run", sys.modules["__main__"])
    sys.exit(main())
