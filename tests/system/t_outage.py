"""PostgreSQL frozen, killed or away; the daemon killed: nothing acknowledged is lost."""
import json
import os
import time

from faults import AckedWriter, check_nothing_lost, wait_delivered
from harness import Daemon, Receiver, until, world
from t_life import GOOD
from t_life import JOB as ENGINEER

JOB = {"title": "Baker", "text": "Requirements\n- bread baking\n- food hygiene\n- night shift"}


def put(d, path, doc):
    r = d.put(path, doc)
    assert r.status in (200, 201), (r.status, r.body, d.tail())


def test_frozen_database_answers_503_and_reads_go_on(build):
    with world(build) as (pg, d):
        d.put("/v1/jobs/hr/1", JOB)
        d.put("/v1/candidates/cv/1", {"text": "Baker. Bread baking, food hygiene, HACCP, pastry."})
        d.settle()
        listed = d.get("/v1/jobs/hr/1/candidates").items
        pg.freeze(True)
        try:
            start = time.time()
            r = d.put("/v1/jobs/hr/2", JOB, once=True)
            took = time.time() - start
            assert r.status == 503 and int(r.headers["Retry-After"]) >= 1, (r.status, r.body)
            assert took <= 8, f"{took:.1f} s"
            assert d.get("/v1/jobs/hr/1/candidates").items == listed
            assert d.get("/v1/explain?job=hr/1&candidate=cv/1").status == 200
            assert d.get("/livez", key=None).status == 200
        finally:
            pg.freeze(False)
        put(d, "/v1/jobs/hr/2", JOB)
        assert d.get("/v1/jobs/hr/2").status == 200
        d.wait_ready()


def test_kill_9_of_daemon_and_database_loses_nothing(build):
    with world(build) as (pg, d):
        w = AckedWriter(d)
        w.start()
        for who in ("daemon", "database", "daemon", "both"):
            time.sleep(1.0)
            if who in ("database", "both"):
                pg.kill9()
            if who in ("daemon", "both"):
                d.kill9()
            if who in ("database", "both"):
                pg.start()
            if who in ("daemon", "both"):
                d.start(wait=False)
        d.wait_ready(60)
        time.sleep(0.5)
        w.stop()
        assert len(w.acked) > 20, len(w.acked)
        check_nothing_lost(build, pg, d, w)


def test_a_database_that_comes_late(build):
    with world(build, daemon=False) as (pg, d):
        pg.stop()
        d.start(wait=False)
        time.sleep(0.5)
        assert d.get("/livez", key=None).status == 200
        assert d.get("/readyz", key=None).status == 503
        assert d.get("/v1/jobs/hr/1").status == 503
        pg.start()
        d.wait_ready(30)
        assert d.put("/v1/jobs/hr/1", JOB).status == 201


def test_replay_after_restart_makes_no_event_twice(build):
    with world(build) as (pg, d):
        d.post("/v1/endpoints", {"url": "http://127.0.0.1:9/none"})
        page = [{"source": "cv", "external_id": f"c{i}",
                 "text": "Baker. Bread baking, food hygiene, HACCP, pastry."} for i in range(30)]
        d.post("/v1/candidates/import", "\n".join(map(json.dumps, page)),
               headers={"Content-Type": "application/x-ndjson"})
        d.put("/v1/jobs/hr/1", JOB)
        d.settle()
        before = pg.sql("select count(*), count(distinct event_id) from jobmatch.outbox")
        for _ in range(2):
            d.kill9()
            d.start()
            d.settle()
        assert pg.sql("select count(*), count(distinct event_id) from jobmatch.outbox") == before
        a, b = before.split("|")
        assert a == b


def test_a_row_that_the_database_refuses_stands_alone(build):
    """One document whose matches can never be written does not hold back the others."""
    with world(build) as (pg, d):
        d.put("/v1/candidates/cv/1", GOOD)
        d.settle()
        pg.sql("create function jobmatch.no() returns trigger language plpgsql as $$ begin"
               " if exists (select from jobmatch.document where doc_id = new.job_id"
               " and external_id = 'bad') then raise 'no' using errcode = '22000'; end if;"
               " return new; end $$;"
               "create trigger no before insert on jobmatch.match"
               " for each row execute function jobmatch.no()")
        page = [{"source": "hr", "external_id": "bad" if i == 13 else f"j{i}", **ENGINEER}
                for i in range(40)]
        d.post("/v1/jobs/import", "\n".join(map(json.dumps, page)),
               headers={"Content-Type": "application/x-ndjson"})
        d.settle()
        assert pg.sql("select count(*) from jobmatch.v_matches") == "39", d.tail()
        assert "left out" in d.tail(), d.tail()


def stamp(seconds):
    """That far from now, as our API writes times: to the microsecond."""
    t = time.time() + seconds
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(t)) + f".{int(t % 1 * 1e6):06d}Z"


def pairs(pg):
    return pg.sql("select job_id, candidate_id from jobmatch.v_matches order by 1, 2").split()


def test_a_job_that_expires_withdraws_its_matches(build):
    """Also while the daemon is away, and nobody who comes later is matched with it."""
    with world(build) as (pg, d):
        put(d, "/v1/candidates/cv/1", GOOD)
        put(d, "/v1/jobs/hr/open", ENGINEER)
        d.settle()
        put(d, "/v1/jobs/hr/awake", {**ENGINEER, "expires_at": stamp(12)})
        until(lambda: "awake|1" in pairs(pg), 12, d.tail)
        until(lambda: pairs(pg) == ["open|1"], 30, d.tail)
        put(d, "/v1/jobs/hr/away", {**ENGINEER, "expires_at": stamp(12)})
        until(lambda: "away|1" in pairs(pg), 12, d.tail)
        d.kill9()
        time.sleep(13)
        d.start()
        put(d, "/v1/candidates/cv/2", GOOD)
        d.settle()
        until(lambda: pairs(pg) == ["open|1", "open|2"], 30, lambda: (pairs(pg), d.tail()))
        got = d.get("/v1/candidates/cv/2/jobs").items
        assert [x["job"]["id"] for x in got] == ["open"], got


def owned(*daemons):
    return [d.status()["database"]["shards_owned"] for d in daemons]


def put_through(d, first, count):
    for i in range(first, first + count):
        put(d, f"/v1/candidates/cv/{i}", GOOD)
    put(d, f"/v1/jobs/hr/{first}", ENGINEER)


def check_events(pg, log):
    """Every event arrived, each once: nothing was under way when somebody died.

    An event that has arrived but is not yet reported to the database would rightly be sent again
    by the next owner, so the reports are waited for too."""
    events, again = wait_delivered(pg, log, 30)
    until(lambda: pg.sql("select count(*) from jobmatch.delivery where state = 0") == "0", 20,
          lambda: pg.sql("select event_seq, state, attempts, reason from jobmatch.delivery"
                         " where state = 0"))
    assert again == 0, f"{again} of {events} events came twice"
    twice = pg.sql("select count(*) - count(distinct (type, (body::jsonb->'data')::text))"
                   " from jobmatch.outbox")
    assert twice == "0", twice
    return events


def test_another_daemon_takes_over(build):
    """Within 20 s on a machine that is not overloaded; the time is printed, not judged."""
    with world(build) as (pg, a):
        b = Daemon(build, pg, a.folder)
        log = os.path.join(a.folder, "received.ids")
        open(log, "w", encoding="ascii").close()
        r = Receiver(build, a.folder, "--log", log, "--secret-file", a.folder + "/secret")
        try:
            b.key = a.key
            b.start()
            e = a.post("/v1/endpoints", {"url": f"http://127.0.0.1:{r.port}/hook"}).json
            with open(a.folder + "/secret", "w", encoding="ascii") as f:
                f.write(e["secret"] + "\n")
            until(lambda: sum(owned(a, b)) == 64, 60, lambda: owned(a, b))
            owner, other = (a, b) if owned(a)[0] > 0 else (b, a)
            put_through(other, 0, 5)  # whoever takes it, the owner of the shard matches it
            until(lambda: len(pairs(pg)) == 5, 30, lambda: (pairs(pg), owner.tail()))
            assert check_events(pg, log) > 0
            assert a.get("/v1/dump").body == b.get("/v1/dump").body
            owner.kill9()
            died = time.time()
            until(lambda: owned(other) == [64], 60, lambda: (owned(other), other.tail()))
            took = time.time() - died
            put_through(other, 10, 5)
            other.settle()
            assert len(pairs(pg)) == 20, pairs(pg)  # two jobs, ten people
            check_events(pg, log)
            print(f"        taken over after {took:.1f} s")
        finally:
            r.stop()
            b.proc.kill()
            b.proc.wait()
