"""What the documents promise is what the programs do: the manual's options, the shipped
configuration, the sample documents, and the routes in docs/API.md."""
import os
import re
import subprocess

from harness import ROOT, world

BEGIN, END = '.\\" BEGIN jobmatchd --config-mdoc\n', '.\\" END jobmatchd --config-mdoc\n'


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as f:
        return f.read()


def jobmatchd(build, *args):
    return subprocess.run([build + "/jobmatchd", *args], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=120)


def test_manual_has_the_options_of_the_table(build):
    page = read("docs/man/jobmatch.conf.5")
    options = page.split(BEGIN)[1].split(END)[0]
    table = jobmatchd(build, "--config-mdoc").stdout
    assert table.count(".It Ic ") > 10 and options == table, "run jobmatchd --config-mdoc again"


def test_shipped_configuration_is_accepted_and_complete(build):
    text = read("config/jobmatch.conf")
    skills = ("--set", "skills.dir=" + os.path.join(ROOT, "config/skills"))
    done = jobmatchd(build, "--config", os.path.join(ROOT, "config/jobmatch.conf"), *skills,
                     "--check")
    assert done.returncode == 0, done.stderr
    names, section = {}, ""
    for line in text.splitlines():
        section = line.strip("[]") if line.startswith("[") else section
        m = re.match(r"^#([a-z_]+) = (.*)$", line)
        if m:
            names[f"{section}.{m.group(1)}"] = m.group(2).strip('"')
    table = jobmatchd(build, "--config-mdoc").stdout
    want = {n: "" if d == "empty" else d
            for n, d in re.findall(r"\.It Ic (\S+)\n(?:.*\n)*?Default: (.*)\.\n", table)}
    assert names == want, set(names.items()) ^ set(want.items())


def test_sample_documents_are_accepted_strictly(build):
    with world(build) as (_, d):
        for kind, least in (("jobs", 40), ("candidates", 120)):
            page = read(f"config/sample/{kind}.ndjson")
            lines = page.count("\n")
            assert lines >= least, (kind, lines)
            r = d.post(f"/v1/{kind}/import?source=sample&strict=1", page,
                       headers={"Content-Type": "application/x-ndjson"}, timeout=120)
            assert r.status == 200, (r.status, r.body[:300])
            bad = [x for x in r.lines[:-1] if x["result"] == "error"]
            assert not bad, bad[:3]
            assert r.lines[-1]["summary"]["created"] == lines, r.lines[-1]


def test_api_document_names_every_route(build):
    text = read("docs/API.md")
    routes = jobmatchd(build, "--dump-routes").stdout.split("\n")[:-1]
    missing = [r for r in routes if f"`{r}`" not in text]
    assert routes and not missing, missing
