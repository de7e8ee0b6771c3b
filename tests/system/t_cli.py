"""The jobmatch client against the daemon."""
import json
import os
import subprocess
import tempfile

from harness import ROOT, world


def alone(build, *args):
    """Without a daemon, and as somebody who has set nothing."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("JOBMATCH_")}
    return subprocess.run([build + "/jobmatch", *args], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, env=env, timeout=60)


def client(d, *args, stdin=None, **env):
    e = {**os.environ, "JOBMATCH_URL": f"http://127.0.0.1:{d.port}", "JOBMATCH_API_KEY": d.key or "",
         "JOBMATCH_SKILLS_DIR": ROOT + "/config/skills", **env}
    return subprocess.run([d.build + "/jobmatch", *args], input=stdin, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, env=e, timeout=120)


def test_import_match_explain_status(build):
    with world(build) as (_, d):
        jobs = [{"source": "hr", "external_id": str(i), "title": "Baker",
                 "text": "Requirements\n- bread baking\n- food hygiene"} for i in range(3)]
        bad = {"source": "hr", "external_id": "x", "title": "Baker", "workplace": "moon"}
        path = d.folder + "/jobs.ndjson"
        with open(path, "w", encoding="utf-8") as f:
            f.write("\n".join(map(json.dumps, [*jobs[:2], bad, jobs[2]])))
        r = client(d, "import", "jobs", path)
        assert r.returncode == 1 and "3 created" in r.stderr, r.stderr
        assert f"{path}:3: #/workplace" in r.stderr, r.stderr
        cv = json.dumps({"external_id": "c", "text": "Baker. Bread baking, food hygiene, HACCP."})
        r = client(d, "import", "candidates", "--source", "cv", "-", stdin=cv)
        assert r.returncode == 0, r.stderr
        d.settle()
        r = client(d, "match", "job", "hr/1")
        assert r.returncode == 0 and " c " in r.stdout, r.stdout
        r = client(d, "match", "candidate", "cv/c")
        assert r.returncode == 0 and "Baker" in r.stdout, r.stdout
        r = client(d, "explain", "hr/1", "cv/c")
        assert r.returncode == 0 and "aking" in r.stdout, r.stdout
        r = client(d, "--json", "status")
        assert json.loads(r.stdout)["corpus"]["jobs"] == 3
        assert client(d, "status", JOBMATCH_API_KEY="").returncode == 1
        assert client(d, "match", "job").returncode == 2
        assert client(d, "nonsense").returncode == 2


def test_skills_marks_spans_without_a_daemon(build):
    with world(build, daemon=False) as (_, d):
        r = client(d, "skills", "-", stdin="We need Python and C++.\nGoing forward, no PHP.")
        assert r.returncode == 0 and "[Python]" in r.stdout and "[C++]" in r.stdout, r.stdout
        r = client(d, "skills", "--json", "-", stdin="5 years of Python")
        assert json.loads(r.stdout)[0]["id"] == "python", r.stdout
        r = client(d, "skills", "--candidate", "--json", "-",
                   stdin="Work experience\n2012 - 2016 Clerk\nadvanced Excel \x1b[31m")
        claim = json.loads(r.stdout)[-1]
        assert (claim["level"], claim["last_year"]) == ("advanced", 2016), r.stdout
        r = client(d, "skills", "-", stdin="Python \x1b[31m, Zażółć gęślą jaźń")
        assert "\x1b[31m" not in r.stdout and "Python] ?[31m" in r.stdout, r.stdout
        r = client(d, "skills", "--facts", "-", stdin="Pay: 40,000 - 45,000 GBP per year. English C1.")
        assert "40000-45000 GBP/year" in r.stdout and "en:C1" in r.stdout, r.stdout
        r = client(d, "skills", "--candidate", "--facts", "--json", "-",
                   stdin="Looking for a remote job, salary expectation 50k EUR a year.")
        assert [f["value"] for f in json.loads(r.stdout) if f.get("fact") == "pay"] == [
            "50000 EUR/year"], r.stdout


def test_skills_says_what_is_wrong_with_a_file(build):
    with world(build, daemon=False) as (_, d):
        r = client(d, "skills", "-", stdin=" \n")
        assert r.returncode == 1 and "empty" in r.stderr, r.stderr
        r = client(d, "skills", d.folder)
        assert r.returncode == 1 and "directory" in r.stderr, r.stderr
        r = client(d, "skills", "-", stdin="\x00\x01\x02" * 99)
        assert r.returncode == 1 and "no text" in r.stderr, r.stderr
        assert client(d, "skills", "--nonsense", "-", stdin="Python").returncode == 2
        for text in ("%PDF-1.7 x", "{\\rtf1 Python}"):
            r = client(d, "skills", "-", stdin=text)
            assert r.returncode == 1 and "pdftotext or iconv" in r.stderr, r.stderr


def test_signs_that_nobody_sees_are_no_part_of_a_span(build):
    with world(build, daemon=False) as (_, d):
        text = "\ufeffPython\r\nwith \u00adKubernetes"
        r = client(d, "skills", "--json", "-", stdin=text)
        assert [c["surface"] for c in json.loads(r.stdout)] == ["Python", "Kubernetes"], r.stdout
        r = client(d, "skills", "-", stdin="Python\rJava")  # a terminal would go back and write over it
        assert "[Python]?[Java]" in r.stdout, r.stdout


def test_spans_are_bytes_of_what_was_sent(build):
    # windows-1252, and UTF-8 that was read as such: both get other lengths when repaired
    sent = b"Caf\xe9 \x96 chef\xe2s team.\nRequirements: Python, SQL don\xc3\xa2\xe2\x82\xac\xe2\x84\xa2t scare you; Docker"
    want = {"python": b"Python", "sql": b"SQL", "docker": b"Docker"}
    with world(build) as (_, d):
        path = d.folder + "/cv.txt"
        with open(path, "wb") as f:
            f.write(sent)
        told = json.loads(client(d, "skills", "--json", path).stdout)
        told += d.post("/v1/skills", sent, headers={"Content-Type": "text/plain"}).json["claims"]
        assert len([c for c in told if c["id"] in want]) == 6, told
        for c in told:
            assert sent[c["begin"]:c["end"]] == want.get(c["id"], b""), c


def test_a_compiled_dictionary_reads_as_its_folder_does(build):
    with world(build, daemon=False) as (_, d):
        text = "Requirements\n- 5 years of Python and Go, Kubernetes\n- nice: C++, REST\nGoing forward"
        compiled = d.folder + "/all.dict"
        r = client(d, "taxonomy", "compile", ROOT + "/config/skills", compiled)
        assert r.returncode == 0 and "surfaces" in r.stderr, r.stderr
        args = ("skills", "--rejected", "--json", "-")
        folder = client(d, *args, stdin=text)
        file = client(d, *args, stdin=text, JOBMATCH_SKILLS_DIR=compiled)
        assert folder.returncode == 0 and folder.stdout == file.stdout, file.stderr
        claims = json.loads(file.stdout)
        assert len(claims) >= 5, claims
        d.options["skills.dir"] = compiled
        d.start()
        for _ in range(20):  # the same worker reads one text after another, and documents between
            r = d.post("/v1/skills?rejected=1", text, headers={"Content-Type": "text/plain"})
            assert r.status == 200, r.body
            got = [(c["id"], c["begin"], c["end"], c["accepted"]) for c in r.json["claims"]]
            assert got == [(c["id"], c["begin"], c["end"], c["accepted"]) for c in claims], got
            d.put("/v1/jobs/hr/1", {"title": "Go Developer", "text": text})
        d.stop()
        with open(compiled, "r+b") as f:
            f.seek(5000)
            f.write(b"x")
        r = d.tool("--check", check=False)
        assert r.returncode == 1 and "all.dict: is damaged" in r.stderr, r.stderr


def test_every_command_explains_itself(build):
    top = alone(build, "--help")
    assert top.returncode == 0
    for name in ("import", "match", "explain", "skills", "status", "eval", "taxonomy", "train"):
        assert f"  {name}" in top.stdout, name
        r = alone(build, name, "--help")
        assert r.returncode == 0 and f"usage: jobmatch [OPTIONS] {name}" in r.stdout, (name, r)
    assert alone(build, "nonsense", "--help").returncode == 2


def test_a_program_in_its_tree_finds_the_dictionary(build):
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as f:
        f.write("Requirements\n- Kubernetes\n")
        f.flush()
        r = alone(build, "--json", "skills", f.name)
    assert r.returncode == 0 and "kubernetes" in r.stdout, r
