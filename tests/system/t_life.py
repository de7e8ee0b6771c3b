"""The life of a posting through the real daemon: in, matched, listed, explained, delivered, out."""
import json
import os
import shutil
import time

from harness import Receiver, until, world

JOB = {"version": 1, "title": "Senior Backend Engineer", "company": "Nordwind Logistik",
       "text": "We build routing software.\n\nRequirements\n- 5+ years of Python\n- PostgreSQL\n"
               "- Docker and Kubernetes\n\nNice to have\n- Go or Rust\n- Kafka",
       "locations": [{"country": "DE", "city": "Hamburg"}], "workplace": ["remote", "hybrid"],
       "eligible_countries": ["DE"], "employment": ["full_time"],
       "pay": {"min": 70000, "max": 90000, "currency": "EUR", "period": "year"},
       "posted_at": "2026-11-01T00:00:00Z"}
GOOD = {"version": 1, "headline": "Backend Engineer",
        "text": "Backend engineer with 8 years of Python, PostgreSQL, Docker, Kubernetes, Kafka "
                "and Go. Built routing software for logistics.",
        "positions": [{"title": "Backend Engineer", "company": "Hafen IT", "from": "2019-02",
                       "to": None}],
        "location": {"country": "DE", "city": "Hamburg"}, "workplace": ["remote"],
        "eligible_countries": ["DE"], "experience_years": 8, "employment": ["full_time"]}
OTHER = {"version": 1, "headline": "Registered Nurse",
         "text": "Registered nurse, patient care, wound care, triage, medication administration.",
         "location": {"country": "DE", "city": "Bremen"}}


def matched(d, path="/v1/jobs/hr/1/candidates"):
    return [x["candidate"]["id"] for x in d.get(path).items if x["score"] >= 500]


def test_put_get_delete_and_versions(build):
    with world(build) as (_, d):
        assert d.put("/v1/jobs/hr/1", JOB).status == 201
        again = d.put("/v1/jobs/hr/1", JOB)
        assert (again.status, again.json["result"]) == (200, "unchanged"), again.body
        clash = d.put("/v1/jobs/hr/1", {**JOB, "title": "Other"})
        assert clash.status == 409 and clash.headers["Content-Type"].startswith(
            "application/problem+json"), clash.body
        newer = d.put("/v1/jobs/hr/1", {**JOB, "version": 3, "title": "Other"})
        assert newer.json == {"result": "updated", "version": 3}, newer.body
        old = d.put("/v1/jobs/hr/1", {**JOB, "version": 2})
        assert old.json["result"] == "stale", old.body
        got = d.get("/v1/jobs/hr/1")
        assert got.json["document"]["title"] == "Other" and got.headers["ETag"] == '"3"'
        assert d.get("/v1/jobs/hr/1", headers={"If-None-Match": '"3"'}).status == 304
        assert d.delete("/v1/jobs/hr/1?version=2").status == 409
        assert d.delete("/v1/jobs/hr/1").status == 204
        assert d.get("/v1/jobs/hr/1").status == 404
        assert d.delete("/v1/jobs/hr/1").status == 204
        # ids may hold any printable character, percent-encoded
        assert d.put("/v1/jobs/hr/a%20b%C3%A9?", JOB).status == 201
        assert d.get("/v1/jobs/hr/a%20b%C3%A9").json["id"] == "a bé"
        assert d.put("/v1/jobs/hr/2026%2F17", JOB).status == 201
        assert d.get("/v1/jobs/hr/2026%2F17").json["id"] == "2026/17"
        d.settle()
        assert d.get("/v1/jobs/hr/2026%2F17/candidates").json["job"]["id"] == "2026/17"


def test_both_directions_on_arrival(build):
    with world(build) as (pg, d):
        assert d.put("/v1/candidates/cv/good", GOOD).status == 201
        assert d.put("/v1/candidates/cv/nurse", OTHER).status == 201
        assert d.put("/v1/jobs/hr/1", JOB).status == 201
        d.settle()
        assert matched(d) == ["good"], d.get("/v1/jobs/hr/1/candidates").body
        rows = pg.sql("select count(*) from jobmatch.v_matches")
        assert rows == "1", rows
        # a new profile finds the job by itself
        assert d.put("/v1/candidates/cv/late", {**GOOD, "headline": "Backend Developer"}).status == 201
        d.settle()
        assert pg.sql("select count(*) from jobmatch.v_matches") == "2"
        # a closed posting withdraws its matches
        assert d.put("/v1/jobs/hr/1", {**JOB, "version": 2, "status": "closed"}).status == 200
        d.settle()
        assert pg.sql("select count(*) from jobmatch.v_matches") == "0"
        assert pg.sql("select count(*) from jobmatch.v_open_jobs") == "0"


def test_explain_listed_and_not_listed(build):
    with world(build) as (_, d):
        d.put("/v1/candidates/cv/good", GOOD)
        d.put("/v1/candidates/cv/nurse", OTHER)
        d.put("/v1/jobs/hr/1", JOB)
        d.settle()
        for who in ("good", "nurse"):
            r = d.get(f"/v1/explain?job=hr/1&candidate=cv/{who}")
            assert r.status == 200, r.body
            e = r.json["explanation"]
            assert json.dumps(e) == json.dumps(
                d.get(f"/v1/explain?job=hr/1&candidate=cv/{who}").json["explanation"])
        text = d.get("/v1/explain?job=hr/1&candidate=cv/nurse&format=text")
        assert b"Python" in text.body, text.body
        assert d.get("/v1/explain?job=hr/1&candidate=cv/none").status == 404
        assert d.get("/v1/explain?job=hr1&candidate=cv/none").status == 400


def test_lists_page_by_cursor(build):
    with world(build) as (_, d):
        page = [{"source": "cv", "external_id": f"c{i:03}", **GOOD,
                 "experience_years": i % 20} for i in range(60)]
        r = d.post("/v1/candidates/import", "\n".join(map(json.dumps, page)),
                   headers={"Content-Type": "application/x-ndjson"})
        assert r.lines[-1]["summary"]["created"] == 60, r.body
        d.put("/v1/jobs/hr/1", JOB)
        d.settle()
        whole = [x["candidate"]["id"] for x in
                 d.get("/v1/jobs/hr/1/candidates?limit=200").items]
        got, cursor = [], ""
        while cursor is not None:
            r = d.get(f"/v1/jobs/hr/1/candidates?limit=7{cursor and '&cursor=' + cursor}").json
            got += [x["candidate"]["id"] for x in r["items"]]
            cursor = r["next_cursor"]
        assert got == whole and len(set(got)) == 60, (len(got), len(whole))


INVENTED_SKILLS = """@skills 1
@version 1
frobnication = Frobnication | task
quuxing-panes = Quuxing of panes | task
blorbing-frames = Blorbing of frames | task
"""


def test_webhook_arrives_signed_and_once(build):
    with world(build) as (pg, d):
        r = Receiver(build, d.folder, "--secret-file", d.folder + "/secret")
        try:
            e = d.post("/v1/endpoints", {"url": f"http://127.0.0.1:{r.port}/hook"})
            assert e.status == 201, e.body
            with open(d.folder + "/secret", "w", encoding="ascii") as f:
                f.write(e.json["secret"] + "\n")
            d.put("/v1/candidates/cv/good", GOOD)
            d.put("/v1/jobs/hr/1", JOB)
            d.settle()
            want = int(pg.sql("select count(*) from jobmatch.outbox"))
            end = time.time() + 15
            while time.time() < end and sum("received" in x for x in r.lines) < want:
                time.sleep(0.1)
            lines = [x for x in r.lines if "received" in x]
            assert want >= 2 and len(lines) == want, (want, r.lines)
            assert all("signature ok" in x for x in lines), lines
            assert any("match.created" in x for x in lines) and any(
                "job.matched" in x for x in lines), lines
            assert len({x.split()[1] for x in lines}) == want, lines
            listed = d.get("/v1/endpoints").items
            assert len(listed) == 1 and "secret" not in listed[0]
            assert d.delete(f"/v1/endpoints/{e.json['id']}").status == 204
            assert d.get("/v1/endpoints").items == []
        finally:
            r.stop()


def test_import_gives_a_verdict_for_each_line(build):
    with world(build) as (_, d):
        good = {"source": "hr", "external_id": "1", **JOB}
        lines = [json.dumps(good), "", "{broken", json.dumps({**good, "pay": {"min": "abc"}}),
                 json.dumps({"external_id": "2", "text": "Forklift driver wanted"}),
                 json.dumps({"source": "hr", "text": "no id"}), json.dumps(good),
                 json.dumps({"source": "hr", "external_id": "1", "deleted": True, "version": 9})]
        r = d.post("/v1/jobs/import?source=feed", "\r\n".join(lines),
                   headers={"Content-Type": "application/x-ndjson"})
        got = r.lines
        assert r.status == 200 and [x["line"] for x in got[:-1]] == [1, 3, 4, 5, 6, 7, 8], r.body
        assert [x["result"] for x in got[:-1]] == [
            "created", "error", "error", "created", "error", "unchanged", "deleted"], r.body
        assert got[2]["problem"]["errors"][0]["pointer"] == "#/pay/min", got[2]
        assert got[3]["source"] == "feed"
        assert got[-1]["summary"]["errors" if "errors" in got[-1]["summary"] else "error"] == 3


def test_plain_text_and_bytes_of_windows_1252(build):
    with world(build) as (_, d):
        h = {"Content-Type": "text/plain"}
        assert d.put("/v1/jobs/hr/t", "Nurse, night shift\nPatient care, triage.",
                     headers=h).status == 201
        assert d.get("/v1/jobs/hr/t").json["document"].startswith("Nurse")
        cv = "R\xe9sum\xe9 \x96 caf\xe9 manager, barista".encode("latin-1")
        assert d.put("/v1/candidates/cv/w", cv, headers=h).status == 201
        html = {"Content-Type": "text/html"}
        assert d.put("/v1/jobs/hr/h", "<h1>Welder</h1><p>MIG &amp; TIG welding</p>",
                     headers=html).status == 201


def test_a_new_dictionary_reads_the_documents_again(build):
    """What was kept under an older dictionary finds and is found by the words of the new one."""
    with world(build) as (pg, d):
        d.put("/v1/jobs/hr/1", {"title": "Frobnicator", "text": "Requirements\n- frobnication\n"
                                "- quuxing of panes\n- blorbing of frames"})
        d.put("/v1/candidates/cv/1", {"text": "Frobnicator. Skills: frobnication, quuxing of panes,"
                                      " blorbing of frames."})
        d.settle()
        until(lambda: d.status()["reread"]["complete"], 30, d.tail)
        assert d.status()["reread"]["done"] == 0  # nothing was old
        assert pg.sql("select count(*) from jobmatch.v_matches") == "0"
        d.stop()
        newer = os.path.join(d.folder, "skills")
        shutil.copytree(d.options["skills.dir"], newer)
        with open(newer + "/invented.skills", "w", encoding="utf-8") as f:
            f.write(INVENTED_SKILLS)
        d.options["skills.dir"] = newer
        d.start()
        until(lambda: d.status()["reread"]["complete"], 60, d.tail)
        d.settle()
        assert d.status()["reread"] == {"complete": True, "done": 2, "failed": 0}
        assert pg.sql("select count(*) from jobmatch.v_matches") == "1", d.get(
            "/v1/explain?job=hr/1&candidate=cv/1").body
        assert pg.sql("select max(version) from jobmatch.document") == "1"
        d.stop()
        d.start()
        until(lambda: d.status()["reread"]["complete"], 30, d.tail)
        assert d.status()["reread"]["done"] == 0


def test_tenants_do_not_see_each_other(build):
    with world(build) as (_, d):
        other = d.make_key("--tenant", "other")
        d.put("/v1/jobs/hr/1", JOB)
        d.put("/v1/candidates/cv/good", GOOD)
        d.stop()
        d.start()  # keys are read again
        d.settle()
        assert d.get("/v1/jobs/hr/1", key=other).status == 404
        assert d.get("/v1/jobs/hr/1/candidates", key=other).status == 404
        assert d.put("/v1/candidates/cv/theirs", GOOD, key=other).status == 201
        d.settle()
        assert matched(d) == ["good"]
        assert d.get("/v1/explain?job=hr/1&candidate=cv/good", key=other).status == 404
