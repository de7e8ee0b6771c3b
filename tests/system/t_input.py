"""Bad input: each kind has its status and a message that helps; none takes the daemon down."""
import json

from harness import world

JSON = {"Content-Type": "application/json"}

# name, body, status, word in the message
BODIES = [
    ("broken JSON", '{"title": "x"', 400, "JSON"),
    ("not an object", '["x"]', 422, "object"),
    ("duplicate keys", '{"title": "a", "title": "b"}', 400, "duplicate"),
    ("depth 33", '{"a":' * 33 + "1" + "}" * 33, 400, "32 levels"),
    ("deep beyond the parser", "[" * 100000, 400, "32 levels"),
    ("node bomb", '{"title":"x","a":[' + "{}," * 30000 + "1]}", 400, "20000 values"),
    ("invalid UTF-8", b'{"title": "\xff"}', 400, "UTF-8"),
    ("lone surrogate", '{"title": "\\ud800"}', 400, "JSON"),
    ("NUL byte", b'{"title": "a\x00b"}', 400, "NUL"),
    ("NUL escape", '{"title": "a\\u0000b"}', 400, "JSON"),
    ("empty", "", 400, "JSON"),
    ("huge number", '{"version": 123456789012345678901234567890}', 400, "JSON"),
    ("version zero", '{"title": "x", "version": 0}', 422, "at least 1"),
    ("huge version", '{"title": "x", "version": 4611686018427387904}', 422, "below 2^62"),
    ("cut quote", '{"title": "x", "status": "x%s"}' % ("\u00e9" * 40), 422, "expected open"),
    ("version text", '{"title": "x", "version": "3"}', 422, "whole number"),
    ("no title and no text", '{"company": "x"}', 422, "title"),
    ("pay without currency", '{"title": "x", "pay": {"min": 5}}', 422, "currency"),
    ("pay upside down",
     '{"title":"x","pay":{"min":9,"max":2,"currency":"EUR","period":"year"}}', 422, "above"),
    ("bad country", '{"title": "x", "locations": [{"country": "Germany"}]}', 422, "two-letter"),
    ("bad date", '{"title": "x", "expires_at": "2026-02-30"}', 422, "2026-11-01"),
    ("bad enum", '{"title": "x", "workplace": "moon"}', 422, "onsite"),
]


def test_every_kind_of_bad_body(build):
    with world(build) as (_, d):
        for name, body, status, word in BODIES:
            r = d.put("/v1/jobs/hr/bad", body, headers=JSON)
            assert r.status == status, (name, r.status, r.body)
            assert word in r.body.decode(), (name, r.body)
            p = r.json
            assert p["status"] == status and p["title"] and p["type"], (name, p)
            if status == 422:
                assert p["errors"][0]["pointer"].startswith("#"), (name, p)
        assert d.get("/v1/jobs/hr/bad").status == 404
        big = d.put("/v1/jobs/hr/bad", '{"text": "' + "x" * (2 << 20) + '"}', headers=JSON)
        assert big.status == 413, big.status
        strict = d.put("/v1/jobs/hr/s?strict=1", {"title": "x", "titel": "y"})
        assert strict.status == 422 and strict.json["errors"][0]["pointer"] == "#/titel"
        loose = d.put("/v1/jobs/hr/s", {"title": "x", "titel": "y"})
        assert loose.status == 201 and loose.json["ignored_keys"] == 1
        assert d.get("/livez", key=None).status == 200
        hold = [x for x in d.get("/metrics", key=None).body.decode().splitlines()
                if x.startswith("jobmatch_loop_hold_seconds_bucket")]
        assert hold, "the loop's hold is measured"


def test_keys_and_scopes(build):
    with world(build) as (_, d):
        reader = d.make_key("--scopes", "read")
        d.stop()
        d.start()
        job = {"title": "Cook", "text": "Cook for a hotel kitchen"}
        assert d.put("/v1/jobs/hr/1", job).status == 201
        assert d.get("/v1/jobs/hr/1", key=reader).status == 200
        assert d.put("/v1/jobs/hr/2", job, key=reader).status == 403
        misspelt = d.key[:-1] + ("1" if d.key.endswith("0") else "0")
        for key in (None, "", "nonsense", misspelt, "jm_" + "A" * 8 + d.key[11:]):
            r = d.get("/v1/jobs/hr/1", key=key)
            assert r.status == 401 and "Bearer" in r.headers["WWW-Authenticate"], (key, r.status)
        for _ in range(12):
            last = d.get("/v1/jobs/hr/1", key="wrong").status
        assert last == 429, last
        assert d.get("/v1/jobs/hr/1").status == 200  # behind a proxy all have one address
        key_id = reader.split("_")[1]
        d.tool("key", "revoke", key_id)
        d.stop()
        d.start()
        assert d.get("/v1/jobs/hr/1", key=reader).status == 401
        unknown = d.tool("key", "create", "--scopes", "everything", check=False)
        assert unknown.returncode == 2 and "--scopes" in unknown.stderr


def test_routes_methods_and_parameters(build):
    with world(build) as (_, d):
        assert d.get("/v1/nothing").status == 404
        r = d.request("PATCH", "/v1/jobs/hr/1", "{}")
        assert r.status == 405 and "PUT" in r.headers["Allow"], r.headers
        assert d.request("OPTIONS", "/v1/jobs/hr/1").status == 204
        assert d.put("/v1/jobs/hr/1", "x", headers={"Content-Type": "application/pdf"}).status == 415
        assert d.get("/v1/jobs/hr/1/candidates?limit=0").status == 400
        assert d.get("/v1/jobs/hr/1/candidates?cursor=%21").status == 400
        assert d.get("/v1/jobs/hr/1/candidates?skills=Nosuchskillatall").status == 400
        assert d.put("/v1/jobs/" + "s" * 150 + "/1", {"title": "x"}).status == 400
        for bad in ({"url": "http://example.org/x"}, {"url": "ftp://127.0.0.1/"}, {"url": 5},
                    {"url": "http://127.0.0.1:1/x", "types": ["match.eaten"]},
                    {"url": "http://127.0.0.1:1/x", "secret": "short"}):
            r = d.post("/v1/endpoints", bad)
            assert r.status == 422 and r.json["errors"], (bad, r.status, r.body)
        assert d.delete("/v1/endpoints/999").status == 404
        assert d.request("HEAD", "/livez", key=None).body == b""
        metrics = d.get("/metrics", key=None).body.decode()
        assert 'route="/v1/jobs/{source}/{id}"' in metrics and "hr/1" not in metrics


def test_routes_are_those_of_the_openapi_document(build):
    import os
    import re

    from harness import ROOT
    with world(build, daemon=False) as (_, d):
        table = set(d.tool("--dump-routes").stdout.split("\n")) - {""}
    text = open(os.path.join(ROOT, "docs/openapi.yaml"), encoding="utf-8").read()
    doc, path = set(), None
    for line in text.splitlines():
        m = re.match(r"^  (/\S*):$", line)
        path = m.group(1) if m else path
        m = re.match(r"^    (get|put|post|delete):$", line)
        if m:
            doc.add(f"{m.group(1).upper()} {path}")
    assert doc == table, (doc - table, table - doc)
    assert json.dumps(sorted(doc))


def test_versions_stay_countable(build):
    """The highest version can still be counted up from, and such a document deleted."""
    with world(build) as (_, d):
        top = 2**62 - 1
        job = {"title": "Cook", "text": "Cook for a hotel kitchen"}
        for bad in (2**62, 2**63 - 1, 10**20, 0, "x"):
            assert d.put(f"/v1/jobs/hr/1?version={bad}", job).status == 400, bad
        assert d.put(f"/v1/jobs/hr/1?version={top}", job).status == 201
        r = d.put("/v1/jobs/hr/1", {**job, "title": "Chef"})
        assert r.json == {"result": "updated", "version": top + 1}, r.body
        assert d.delete("/v1/jobs/hr/1").status == 204


def test_a_page_of_small_lines_does_not_hold_the_loop(build):
    """A turn takes 64 of its lines, or writes 500 answers: how long that is, is for benchmarks."""
    with world(build) as (_, d):
        def turns():
            metrics = d.get("/metrics", key=None).body.decode()
            return int(metrics.split("jobmatch_loop_hold_seconds_count ")[1].split()[0])
        before = turns()
        r = d.post("/v1/jobs/import", "x\n" * 10000,
                   headers={"Content-Type": "application/x-ndjson"})
        took = turns() - before
        assert r.status == 200 and len(r.lines) == 10001
        assert r.lines[-1]["summary"]["error"] == 10000
        assert took >= 10000 // 64 + 10000 // 500, took


def test_endpoints_of_a_tenant_are_bounded(build):
    with world(build) as (_, d):
        made = [d.post("/v1/endpoints", {"url": f"http://127.0.0.1:9/{i}"}) for i in range(101)]
        assert [r.status for r in made] == [201] * 100 + [422], made[-1].body
        assert "100" in made[-1].json["detail"]
        first = made[0].json["id"]
        assert d.delete(f"/v1/endpoints/{first}").status == 204
        assert d.post("/v1/endpoints", {"url": "http://127.0.0.1:9/again"}).status == 201
