"""Real postings and résumés, where the data folder is (JOBMATCH_DATA, else ../shared/data)."""
import json
import os
import time

from harness import ROOT, world
from run import Skip

DATA = os.environ.get("JOBMATCH_DATA", os.path.join(ROOT, "..", "shared", "data"))


def lines_of(*names):
    for name in names:
        with open(os.path.join(DATA, name), encoding="utf-8") as f:
            for n, line in enumerate(f, 1):
                if line.strip():
                    yield name, n, line.rstrip("\n")


def page_through(d, path, rows):
    """Import in pages as the client does: what could not be kept now is sent again. Returns
    (accepted, [refused])."""
    accepted, refused, page, size = 0, [], [], 0

    def send(tries=20):
        nonlocal accepted, page, size
        if not page:
            return
        r = d.post(path, "\n".join(page), headers={"Content-Type": "application/x-ndjson"},
                   timeout=120)
        assert r.status == 200, (r.status, r.body[:300])
        verdicts = r.lines[:-1]
        assert len(verdicts) == len(page), (len(verdicts), len(page))
        again = []
        for row, v in zip(page, verdicts):
            if v.get("retry") and tries:
                again.append(row)
            elif v["result"] == "error":
                refused.append(v)
            else:
                accepted += 1
        page, size = again, 0
        if again:
            time.sleep(1)
            send(tries - 1)
    for row in rows:
        if size + len(row.encode()) > 400_000 or len(page) == 500:
            send()
        page.append(row)
        size += len(row.encode()) + 1
    send()
    return accepted, refused


def profiles():
    for name, n, line in lines_of("profiles/resumes-it.ndjson", "profiles/resumes-sectors.ndjson"):
        doc = json.loads(line)
        yield json.dumps({"source": os.path.basename(name).split(".")[0],
                          "external_id": str(doc.get("external_id") or doc.get("id") or n),
                          "text": doc["text"]})


def test_every_real_document_is_kept_or_named(build):
    if not os.path.isdir(DATA):
        raise Skip(f"no data at {DATA}")
    with world(build, http__request_timeout="60s") as (pg, d):
        jobs = [line for _, _, line in lines_of("jobs/postings.ndjson")]
        people = list(profiles())
        ok_people, bad_people = page_through(d, "/v1/candidates/import", people)
        ok_jobs, bad_jobs = page_through(d, "/v1/jobs/import", jobs)
        assert ok_jobs + len(bad_jobs) == len(jobs) == 4304, (ok_jobs, len(bad_jobs))
        assert ok_people + len(bad_people) == len(people) == 4235, (ok_people, len(bad_people))
        assert all(x["problem"]["detail"] for x in bad_jobs + bad_people)
        raw = os.path.join(DATA, "profiles/raw-bytes")
        for name in sorted(os.listdir(raw)):
            with open(os.path.join(raw, name), "rb") as f:
                r = d.put("/v1/candidates/raw/" + name, f.read(),
                          headers={"Content-Type": "text/plain"})
            assert r.status == 201 or (r.again and r.status == 200), (name, r.status, r.body)
        st = d.settle(400)
        rows = pg.sql("select kind, count(*) from jobmatch.document where not deleted "
                      "group by kind order by kind").splitlines()
        assert st["corpus"]["jobs"] == int(rows[0].split("|")[1]), (st, rows)
        assert st["corpus"]["candidates"] == int(rows[1].split("|")[1]), (st, rows)
        print(f"        {ok_jobs} postings and {ok_people} résumés kept, "
              f"{len(bad_jobs) + len(bad_people)} refused by name, "
              f"{st['matching']['created']} matches", flush=True)
        live = d.get("/v1/dump", timeout=120).body.decode()
        assert live == d.tool("--dump-index").stdout, "the index differs from the database"
