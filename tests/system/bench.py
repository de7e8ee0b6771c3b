"""bench - the whole way under a stopwatch: posting accepted -> matches committed, and the restart.

usage: bench.py --build DIR [--candidates 5000] [--jobs 200] [--seed 1]
The figures belong to one run on one machine; compare only within it."""
import argparse
import json
import os
import random
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import world  # noqa: E402

SKILLS = ["Python", "Java", "PostgreSQL", "Docker", "Kubernetes", "Linux", "React", "TypeScript",
          "bookkeeping", "payroll", "Excel", "SAP", "patient care", "triage", "wound care", "MIG welding",
          "TIG welding", "blueprint reading", "forklift", "inventory management", "HACCP",
          "bread baking", "food hygiene", "copywriting", "SEO", "Photoshop", "AutoCAD", "SolidWorks"]
TITLES = ["Backend Developer", "Accountant", "Nurse", "Welder", "Warehouse Operative", "Baker",
          "Marketing Manager", "Designer", "Mechanical Engineer"]


def percentile(values, p):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * p))]


def holds(d):
    """Turns of the loop by the longest time they took, from the daemon's own histogram."""
    out, last = [], 0
    for line in d.get("/metrics", key=None).body.decode().splitlines():
        if line.startswith("jobmatch_loop_hold_seconds_bucket"):
            n = int(line.split()[-1])
            out.append((line.split('le="')[1].split('"')[0], n - last))
            last = n
    return out


def hostile_input(d):
    """Every bad body of t_input, many times: how long did the loop stand still?"""
    from t_input import BODIES, JSON
    before = holds(d)
    big = '{"text": "' + "x" * 1_000_000 + '"}'
    for _ in range(20):
        for _, body, _, _ in BODIES:
            d.put("/v1/jobs/hr/bad", body, headers=JSON)
        d.put("/v1/jobs/hr/big", big, headers=JSON)
    rows = [(le, n - m) for (le, n), (_, m) in zip(holds(d), before)]
    total = sum(n for _, n in rows)
    above = sum(n for le, n in rows if le == "+Inf" or float(le) > 0.005)
    print(f"hostile bodies: {total} turns of the loop, {above} above 5 ms; "
          + ", ".join(f"<= {le} s: {n}" for le, n in rows if n))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--build", required=True)
    ap.add_argument("--candidates", type=int, default=5000)
    ap.add_argument("--jobs", type=int, default=200)
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    rnd = random.Random(a.seed)
    print(f"seed {a.seed}: {a.candidates} candidates, {a.jobs} postings", flush=True)
    with world(os.path.abspath(a.build)) as (pg, d):
        rows = [json.dumps({"source": "b", "external_id": f"c{i}", "headline": rnd.choice(TITLES),
                            "text": "Worked with " + ", ".join(rnd.sample(SKILLS, 9)) + "."})
                for i in range(a.candidates)]
        start = time.time()
        for i in range(0, len(rows), 1000):
            r = d.post("/v1/candidates/import", "\n".join(rows[i:i + 1000]),
                       headers={"Content-Type": "application/x-ndjson"}, timeout=120)
            assert r.status == 200 and r.lines[-1]["summary"]["error"] == 0, r.body[-300:]
        took = time.time() - start
        print(f"import by HTTP, read, kept and acknowledged: {a.candidates / took:,.0f} profiles/s")
        d.settle(600)
        hostile_input(d)
        for i in range(a.jobs):
            text = "Requirements\n" + "\n".join("- " + s for s in rnd.sample(SKILLS, 6))
            r = d.put(f"/v1/jobs/b/j{i}", {"title": rnd.choice(TITLES), "text": text})
            assert r.status == 201, r.body
            time.sleep(0.02)
        d.settle(120)
        # from the change record's time to the commit of its list; both are the database's clock
        out = pg.sql("select extract(epoch from m.matched_at - c.at) * 1000 from jobmatch.doc_match m "
                     "join jobmatch.document d using (tenant, doc_id) "
                     "join jobmatch.change c using (tenant, doc_id) where d.kind = 0")
        ms = [float(x) for x in out.splitlines()]
        print(f"posting accepted -> matches committed: p50 {percentile(ms, .5):.1f} ms, "
              f"p99 {percentile(ms, .99):.1f} ms, n {len(ms)}")
        d.stop()
        start = time.time()
        d.start()
        print(f"restart to ready with {a.candidates + a.jobs} documents: {time.time() - start:.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
