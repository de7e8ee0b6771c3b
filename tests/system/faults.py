"""faults - the long fault suite: kill -9 of the daemon and of PostgreSQL at random moments, under
load, with webhooks; then everything is compared. Prints its seed; give it back with --seed.

usage: faults.py --build DIR [--daemon-kills 50] [--database-kills 10] [--seed N]"""
import argparse
import json
import os
import random
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import Receiver, world  # noqa: E402

TRADES = ["bread baking, food hygiene, HACCP", "MIG welding, TIG welding, blueprint reading",
          "Python, PostgreSQL, Docker, Kubernetes", "patient care, wound care, triage",
          "bookkeeping, payroll, invoicing, Excel", "forklift, warehouse, inventory management"]


class AckedWriter:
    """Puts documents one after the other and keeps what was acknowledged: key -> version."""

    def __init__(self, daemon, threads=3, seed=1):
        self.d, self.acked, self.lock = daemon, {}, threading.Lock()
        self.seed, self.running = seed, False
        self.threads = [threading.Thread(target=self.work, args=(n,)) for n in range(threads)]
        self.refused = 0

    def start(self):
        self.running = True
        for t in self.threads:
            t.start()

    def stop(self):
        self.running = False
        for t in self.threads:
            t.join()

    def work(self, n):
        rnd = random.Random(self.seed * 1000 + n)
        i = 0
        while self.running:
            kind = rnd.choice(["jobs", "candidates", "candidates"])
            key = (kind, "load", f"{n}-{rnd.randrange(400)}")
            i += 1
            doc = {"version": i, "title": "x", "text": f"{rnd.choice(TRADES)}. Number {i}."}
            if kind == "candidates":
                del doc["title"]
            try:
                r = self.d.put("/v1/" + "/".join(key), doc, once=True, timeout=15)
            except (OSError, EOFError):
                r = None
            except Exception:  # http.client has many names for a cut connection
                r = None
            if r is not None and r.status in (200, 201):
                with self.lock:
                    self.acked[key] = max(i, self.acked.get(key, 0))
            elif r is not None and r.status not in (503, 409):
                raise AssertionError((r.status, r.body))
            else:
                self.refused += 1
                time.sleep(0.05)


def check_nothing_lost(build, pg, d, writer):
    """Every acknowledged version is stored (or a newer one); index = database; events = one id."""
    d.settle(120)
    rows = pg.sql("select kind, source, external_id, version from jobmatch.document")
    stored = {}
    for line in rows.splitlines():
        kind, source, ext, version = line.split("|")
        stored[({"0": "jobs", "1": "candidates"}[kind], source, ext)] = int(version)
    lost = [(k, v, stored.get(k)) for k, v in writer.acked.items() if stored.get(k, 0) < v]
    assert not lost, f"{len(lost)} of {len(writer.acked)} acknowledged rows lost: {lost[:3]}"
    live = d.get("/v1/dump", timeout=120).body.decode()
    built = d.tool("--dump-index").stdout
    assert live == built, "the index differs from one built from the database"
    a, b = pg.sql("select count(*), count(distinct event_id) from jobmatch.outbox").split("|")
    assert a == b, (a, b)


def wait_delivered(pg, receiver_log, seconds=120):
    """Every event has arrived at least once, each under one id."""
    end = time.time() + seconds
    while time.time() < end:
        want = set(pg.sql("select event_id from jobmatch.outbox").split())
        with open(receiver_log, encoding="ascii") as f:
            got = f.read().split()
        if want <= set(got):
            return len(want), len(got) - len(set(got))
        time.sleep(0.5)
    raise AssertionError(f"{len(want - set(got))} of {len(want)} events never arrived")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--build", required=True)
    ap.add_argument("--daemon-kills", type=int, default=50)
    ap.add_argument("--database-kills", type=int, default=10)
    ap.add_argument("--seed", type=int, default=int(time.time()))
    a = ap.parse_args()
    rnd = random.Random(a.seed)
    build = os.path.abspath(a.build)
    print(f"seed {a.seed}: {a.daemon_kills} kills of the daemon, {a.database_kills} of PostgreSQL",
          flush=True)
    kills = ["daemon"] * a.daemon_kills + ["database"] * a.database_kills
    rnd.shuffle(kills)
    # what one endpoint gets a second must not be what the run waits for
    with world(build, webhook__rate="10000", match__results="10") as (pg, d):
        log = os.path.join(d.folder, "received.ids")
        open(log, "w", encoding="ascii").close()
        r = Receiver(build, d.folder, "--log", log, "--secret-file", d.folder + "/secret")
        try:
            e = d.post("/v1/endpoints", {"url": f"http://127.0.0.1:{r.port}/hook"}).json
            with open(d.folder + "/secret", "w", encoding="ascii") as f:
                f.write(e["secret"] + "\n")
            w = AckedWriter(d, seed=a.seed)
            w.start()
            for n, who in enumerate(kills, 1):
                time.sleep(rnd.uniform(0.1, 1.5))
                if who == "daemon":
                    d.kill9()
                    d.start(wait=False)
                else:
                    pg.kill9()
                    pg.start()
                if n % 10 == 0:
                    print(f"  {n} kills, {len(w.acked)} keys acknowledged, "
                          f"{w.refused} requests refused or cut", flush=True)
            d.wait_ready(60)
            time.sleep(1)
            w.stop()
            check_nothing_lost(build, pg, d, w)
            events, again = wait_delivered(pg, log)
            print(f"  0 of {len(w.acked)} acknowledged rows lost; index = database; "
                  f"{events} events delivered, {again} of them more than once")
        finally:
            r.stop()
    print(json.dumps({"passed": 1}))
    print("1 passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
