"""The client's offline commands: eval, match file, taxonomy. Neither daemon nor database."""
import json
import os
import subprocess
import tempfile

from harness import ROOT

SKILLS = ROOT + "/config/skills"


class Folder:
    """A temporary folder with the client beside it."""

    def __init__(self, build):
        self.build = build
        self.temp = tempfile.TemporaryDirectory(prefix="jm-eval-")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.temp.cleanup()

    def path(self, name):
        return os.path.join(self.temp.name, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        return self.path(name)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as f:
            return f.read()

    def run(self, *args, code=0, skills=SKILLS):
        r = subprocess.run([self.build + "/jobmatch", "--skills-dir", skills, *args],
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120)
        assert r.returncode == code, (args, r.returncode, r.stdout, r.stderr)
        return r


def run_lines(text):
    """A TREC run as {query: [(document, score), ...]}, ranks checked."""
    out = {}
    for line in text.splitlines():
        q, q0, doc, rank, score, _ = line.split()
        out.setdefault(q, []).append((doc, float(score)))
        assert q0 == "Q0" and int(rank) == len(out[q]), line
    for hits in out.values():
        assert hits == sorted(hits, key=lambda h: -h[1]), hits
    return out


def test_eval_titles_occupations_links(build):
    with Folder(build) as f:
        queries = f.write("q.tsv", "q1\tsenior nurse\nq2\tbaker\n")
        corpus = f.write("c.tsv", "d1\tpastry baker\nd2\tregistered nurse\nd3\tcrane operator\n")
        for what in ("titles", "occupations", "links"):
            hits = run_lines(f.run("eval", what, "--queries", queries, "--corpus", corpus).stdout)
            assert hits["q1"][0][0] == "d2" and hits["q2"][0][0] == "d1", (what, hits)
        one = f.run("eval", "titles", "--queries", queries, "--corpus", corpus, "--keep", "1")
        assert len(one.stdout.splitlines()) == 2, one.stdout
        f.run("eval", "titles", "--queries", queries, code=2)
        bad = f.write("bad.tsv", "no tab here\n")
        r = f.run("eval", "links", "--queries", bad, "--corpus", corpus, code=1)
        assert "queries, line 1" in r.stderr and r.stdout == "", r.stderr


def test_eval_spans_and_ambiguous(build):
    with Folder(build) as f:
        gold = f.write("gold.jsonl", "\n".join(json.dumps({"tokens": t.split()}) for t in (
            "Experience with Python and Spring Boot is required .", "Nothing of note .")) + "\n")
        r = f.run("eval", "spans", gold)
        lines = [json.loads(line)["spans"] for line in r.stdout.splitlines()]
        assert lines == [[[2, 3], [4, 6]], []], lines
        occ = f.write("occ.tsv", "a\tgo\t1\t3\tExperience with Python Go Docker and Kubernetes\n"
                                 "b\tgo\t0\t2\tReady to go the extra mile\n")
        assert f.run("eval", "ambiguous", occ).stdout == "a\t1\nb\t0\n"
        r = f.run("eval", "spans", f.write("x.jsonl", '{"tokens": ["a"]}\n{"no": 1}\n'), code=1)
        assert "x.jsonl:2: expected" in r.stderr, r.stderr


def people(f):
    rows = [{"external_id": "fits", "headline": "Python developer",
             "text": "Python developer. Python, Django, PostgreSQL, Docker for six years."},
            {"external_id": "other", "headline": "Pastry chef",
             "text": "Pastry chef. Bread baking, cake decorating, food hygiene."}]
    return f.write("p.ndjson", "\n".join(map(json.dumps, rows)) + "\n")


JOB = {"external_id": "j", "title": "Python developer",
       "text": "Requirements\n- Python\n- Django\n- PostgreSQL"}


def test_eval_match_and_match_file_agree(build):
    with Folder(build) as f:
        q, p = f.write("q.ndjson", json.dumps(JOB) + "\n"), people(f)
        r = f.run("eval", "match", "--queries", q, "--profiles", p, "--as-of", "2026-01-01")
        hits = run_lines(r.stdout)["j"]
        assert [h[0] for h in hits] == ["fits", "other"] and hits[0][1] > 60 > hits[1][1], hits
        job = f.write("job.json", json.dumps(JOB))
        r = f.run("--json", "match", "file", job, p)
        rows = [json.loads(line) for line in r.stdout.splitlines()]
        assert [x["id"] for x in rows] == ["fits", "other"], rows
        assert rows[0]["score"] / 10 == hits[0][1], (rows[0]["score"], hits)
        text = f.write("cv.txt", "Django developer\nPython and Django since 2019.\n")
        r = f.run("match", "file", f.write("job.txt", "Python developer\nWe need Python."), text)
        assert "Python" in r.stdout and "cv.txt" in r.stdout, r.stdout
        f.run("eval", "match", "--queries", q, "--profiles", p, "--as-of", "soon", code=1)
        only = f.write("s.conf", "weight.title = 100\n" + "".join(
            f"weight.{w} = 0\n" for w in ("must", "guard", "nice", "text", "experience")))
        r = f.run("eval", "match", "--queries", q, "--profiles", p, "--scoring", only)
        assert run_lines(r.stdout)["j"] != hits, r.stdout
        r = f.run("eval", "match", "--queries", q, "--profiles", p, "--scoring", q, code=1)
        assert "q.ndjson" in r.stderr, r.stderr
        r = f.run("match", "file", job, f.write("bad.json", '{"text": 5}'), code=1)
        assert "bad.json" in r.stderr and "/text" in r.stderr, r.stderr


def test_eval_match_reads_lists_of_skills(build):
    with Folder(build) as f:
        q = f.write("q.tsv", "1\tPython; Django; PostgreSQL\n2\tbread baking; food hygiene\n")
        hits = run_lines(f.run("eval", "match", "--queries", q, "--profiles", people(f)).stdout)
        assert hits["1"][0][0] == "fits" and hits["2"][0][0] == "other", hits


def test_taxonomy_check_of_the_shipped_dictionary(build):
    with Folder(build) as f:
        r = f.run("taxonomy", "check")
        assert "0 problems" in r.stderr, r.stdout


def test_taxonomy_check_names_every_problem(build):
    with Folder(build) as f:
        f.write("a.skills", "@skills 1\na = Alpha | tool | parent none\nb = Go | code\n")
        f.write("b.skills", "@skills 1\nc = Gamma | tool | alias alpha\nd = Delta\n")
        r = f.run("taxonomy", "check", f.temp.name, code=1)
        places = [":".join(line.split(":")[:2]) for line in r.stdout.splitlines()]
        assert places == ["a.skills:2", "a.skills:3", "b.skills:2", "b.skills:3"], r.stdout
        f.run("taxonomy", "check", f.path("nowhere"), code=1)


def test_taxonomy_import_and_kernel(build):
    with Folder(build) as f:
        os.mkdir(f.path("esco"))
        f.write("esco/skills_en.csv", 'conceptUri,preferredLabel,altLabels\n'
                's/1,bread slicing machines,"slicers of bread\nbread slicers"\n'
                's/2,Python (computer programming),serpent scripting\n')
        f.write("esco/skills_de.csv", "conceptUri,preferredLabel,altLabels\n"
                "s/1,Brotschneidemaschinen,\n")
        f.write("esco/occupations_en.csv", 'conceptUri,preferredLabel,altLabels\n'
                'o/1,baker,"bread baker\nbreadmaker"\no/2,nurse,"ward nurse\nstaff nurse"\n')
        out = f.path("out")
        r = f.run("taxonomy", "import", "esco", f.path("esco"), "--into", SKILLS, "--out", out)
        assert "1 skills made, 1 joined" in r.stderr, r.stderr
        assert ("esco-1 = bread slicing machines | task | alias slicers of bread; bread slicers"
                " | alias.de Brotschneidemaschinen") in f.read("out/import-esco.skills")
        assert "serpent scripting" in f.read("out/tech-code.skills")
        for name in ("titles.kernel", "gate.weights", "tagger.weights"):  # they came along
            with open(f"{SKILLS}/{name}", "rb") as a, open(f"{out}/{name}", "rb") as b:
                assert a.read() == b.read(), name
        f.run("taxonomy", "check", out)
        r = f.run("skills", "--json", f.write("t", "Brotschneidemaschinen, serpent scripting"), skills=out)
        assert [x["id"] for x in json.loads(r.stdout)][-1] == "python", r.stdout
        f.run("taxonomy", "build-kernel", out + "/titles-esco.tsv", out + "/titles.kernel")
        q, c = f.write("q.tsv", "q\tbreadmaker\n"), f.write("c.tsv", "1\tnurse\n2\tbaker\n")
        hits = run_lines(f.run("eval", "titles", "--queries", q, "--corpus", c, skills=out).stdout)
        assert hits["q"][0][0] == "2", hits
        r = f.run("taxonomy", "import", "onet", f.path("esco"), "--out", f.path("none"), code=1)
        assert "Technology Skills.txt" in r.stderr and not os.path.exists(f.path("none")), r.stderr
        f.run("taxonomy", "import", "esco", f.path("esco"), code=2)


def test_a_second_import_keeps_what_the_first_made(build):
    with Folder(build) as f:
        os.mkdir(f.path("ours"))
        f.write("ours/a.skills", "@skills 1\nalpha = Alpha work | tool\n")
        one = f.write("one.csv", "name,alias\nBeta machine,Beta press\n")
        two = f.write("two.csv", "name,alias\nGamma machine,Gamma press\n")
        out = f.path("all")
        f.run("taxonomy", "import", "csv", one, "--into", f.path("ours"), "--out", out)
        for _ in range(2):  # and once more changes nothing
            f.run("taxonomy", "import", "csv", two, "--into", out, "--out", out)
            assert f.read("all/import-csv.skills").splitlines()[3:] == [
                "beta-machine = Beta machine | field | alias Beta press",
                "gamma-machine = Gamma machine | field | alias Gamma press"]
        f.run("taxonomy", "check", out)
        r = f.run("taxonomy", "import", "csv", two, "--out", out, code=1)
        assert "a.skills, which this import does not know; add --into" in r.stderr, r.stderr


def test_taxonomy_says_what_is_wrong(build):
    with Folder(build) as f:
        r = f.run("taxonomy", "check", f.path("nowhere"), code=1)
        assert "nowhere: No such file" in r.stderr, r.stderr
        r = f.run("taxonomy", "check", f.write("x", "x"), code=1)
        assert "x is a file; the folder" in r.stderr, r.stderr
        r = f.run("taxonomy", "import", "csv", f.temp.name, "--out", f.path("out"), code=1)
        assert "Is a directory" in r.stderr, r.stderr
        r = f.run("taxonomy", "import", "esco", f.temp.name, "--out", f.path("out"), code=1)
        assert "ESCO needs skills_en.csv" in r.stderr, r.stderr
        for args, what in ((("esco", "x"), "--out DIR"), (("x", "y", "--out", "z"), "esco, onet or csv"),
                           (("csv", "x", "--oot", "z"), "--oot")):
            assert what in f.run("taxonomy", "import", *args, code=2).stderr, args


def test_build_kernel_names_the_file_and_keeps_the_last_table(build):
    with Folder(build) as f:
        good, bad = f.write("a.tsv", "a\tbaker\nb\tnurse"), f.write("b.tsv", "c\tcook\nno tab\n")
        r = f.run("taxonomy", "build-kernel", good, bad, f.path("k"), code=1)
        assert "b.tsv:2: expected" in r.stderr and not os.path.exists(f.path("k")), r.stderr
        r = f.run("taxonomy", "build-kernel", good, bad, code=1)  # the name to write was forgotten
        assert "b.tsv is there and is another kind of file" in r.stderr, r.stderr
        assert f.read("b.tsv") == "c\tcook\nno tab\n"
        r = f.run("taxonomy", "compile", SKILLS, good, code=1)
        assert "another kind of file" in r.stderr and f.read("a.tsv").startswith("a\t"), r.stderr
        for _ in range(2):
            r = f.run("taxonomy", "build-kernel", good, f.path("k"))
            assert "learning ..." in r.stderr, r.stderr
        r = f.run("--quiet", "taxonomy", "build-kernel", good, f.path("k"))
        assert "learning" not in r.stderr, r.stderr


def test_eval_writes_no_run_that_a_scorer_refuses(build):
    with Folder(build) as f:
        good = f.write("c.tsv", "d1\tnurse\nd2\tbaker\n")
        for text, what in (("a b\tnurse\n", "'a b' is not one word"), ("\tnurse\n", "is not one word"),
                           ("a\tnurse\na\tcook\n", "line 2: the id 'a' stands in line 1"),
                           ("", "no line")):
            bad = f.write("bad.tsv", text)
            for kind in ("titles", "links"):
                r = f.run("eval", kind, "--queries", good, "--corpus", bad, code=1)
                assert "corpus" in r.stderr and what in r.stderr and not r.stdout, r.stderr
        job, one = json.dumps(JOB) + "\n", json.dumps({"external_id": "p", "text": "Python"}) + "\n"
        spaced = one.replace('"p"', '"p q"')
        for queries, profiles, what in ((job.replace('"j"', '"j k"'), one, "'j k' is not one word"),
                                        (job, spaced, "'p q' is not one word"), (job, one + one, "twice"),
                                        (job, "", "p.ndjson has no line"),
                                        (job, '{"text": "Python"}', "/external_id: needs")):
            q, p = f.write("q.ndjson", queries), f.write("p.ndjson", profiles)
            r = f.run("eval", "match", "--queries", q, "--profiles", p, code=1)
            assert what in r.stderr and not r.stdout, r.stderr


def test_eval_reads_files_as_windows_saves_them(build):
    with Folder(build) as f:
        def save(name, text):
            with open(f.path(name), "wb") as out:
                out.write(text)
            return f.path(name)
        q = save("q.tsv", b"\xef\xbb\xbfq1\tcaf\xe9 manager\r\n")
        c = save("c.tsv", "d1\tcafé manager\r\nd2\tnurse\r\n".encode())
        for kind in ("titles", "links"):
            hits = run_lines(f.run("eval", kind, "--queries", q, "--corpus", c).stdout)
            assert list(hits) == ["q1"] and hits["q1"][0][0] == "d1", (kind, hits)
        gold = save("g.jsonl", b'\xef\xbb\xbf{"tokens": ["caf\xe9", "and", "Python"]}\r\n')
        assert f.run("eval", "spans", gold).stdout == '{"spans":[[2,3]]}\n'
        job = save("q1.tsv", b"\xef\xbb\xbf1\tPython caf\xe9\r\n")
        hits = run_lines(f.run("eval", "match", "--queries", job, "--profiles", people(f)).stdout)
        assert list(hits) == ["1"], hits
        occ = save("occ.tsv", b"a\tgo\t1\tx\tOnly go\n")
        r = f.run("eval", "ambiguous", occ, code=1)
        assert "line 1: the text has no token 'x'" in r.stderr, r.stderr
