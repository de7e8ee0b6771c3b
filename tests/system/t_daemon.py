"""The daemon as its operator sees it: configuration, exit codes, reload, drain, notify."""
import contextlib
import http.client
import os
import signal
import socket
import subprocess
import threading
import time

from harness import world


def run(d, *args, **kw):
    return subprocess.run([d.build + "/jobmatchd", *args], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=60, **kw)


def test_check_names_every_error_with_its_line(build):
    with world(build, daemon=False) as (_, d):
        path = d.folder + "/bad.conf"
        with open(path, "w", encoding="utf-8") as f:
            f.write("[http]\nlisten = 127.0.0.1:0\nmax_bodi = 5\n[match]\nworkers = 0\nfloor = x\n")
        r = run(d, "--config", path, "--check")
        assert r.returncode == 1, r
        assert ":3:" in r.stderr and "did you mean http.max_body" in r.stderr, r.stderr
        assert ":5:" in r.stderr and ":6:" in r.stderr, r.stderr
        assert run(d, "--config", path).returncode == 78
        assert run(d, "--nonsense").returncode == 2
        assert "usage" in run(d, "--help").stdout
        good = d.tool("--check")
        assert "fine" in good.stdout
        bad_dict = d.folder + "/skills"
        os.mkdir(bad_dict)
        with open(bad_dict + "/x.skills", "w", encoding="utf-8") as f:
            f.write("@skills 1\n@version 1\nbroken line\n")
        r = run(d, "--set", "skills.dir=" + bad_dict, "--check")
        assert r.returncode == 1 and "x.skills:3" in r.stderr, r.stderr


def test_print_config_masks_and_names_origins(build):
    with world(build, daemon=False) as (_, d):
        r = run(d, "--set", "db.conninfo=host=/x password=geheim user=u", "--print-config",
                env={**os.environ, "JOBMATCH_MATCH_FLOOR": "600"})
        assert "geheim" not in r.stdout and "password=***" in r.stdout, r.stdout
        assert "floor = 600  # environment" in r.stdout, r.stdout


def test_hup_reloads_and_keeps_the_old_on_errors(build):
    with world(build, daemon=False) as (_, d):
        path = d.folder + "/a.conf"
        write = lambda text: open(path, "w", encoding="utf-8").write(text)
        write("[match]\nfloor = 400\n")
        d.options.pop("log.level")
        args = d.args
        d.args = lambda *x: [args()[0], "--config", path, *args()[1:], *x]
        d.start()
        write("[match]\nfloor = 450\nworkers = 3\n")
        d.proc.send_signal(signal.SIGHUP)
        wait_log(d, "configuration reloaded")
        assert "needs_restart=\"match.workers\"" in d.tail(), d.tail()
        write("[match]\nfloor = nonsense\n")
        d.proc.send_signal(signal.SIGHUP)
        wait_log(d, "the old one stays")
        assert d.get("/readyz", key=None).status == 200


def wait_log(d, text, seconds=10):
    end = time.time() + seconds
    while time.time() < end:
        if text in d.tail(40):
            return
        time.sleep(0.05)
    raise AssertionError(f"{text!r} is not in the log: {d.tail()}")


def test_newer_schema_and_unsafe_settings_exit_78(build):
    with world(build, daemon=False) as (pg, d):
        pg.sql("insert into jobmatch.migration (version, name, checksum) "
               "select max(version)+1, 'future', max(checksum) from jobmatch.migration")
        d.start(wait=False)
        assert d.proc.wait(20) == 78, d.tail()
        assert "newer" in d.tail(), d.tail()
    with world(build, daemon=False, db__allow_unsafe="yes") as (pg, d):
        pg.sql("alter system set fsync = off")
        pg.sql("select pg_reload_conf()")
        d.options["db.allow_unsafe"] = "no"
        d.start(wait=False)
        assert d.proc.wait(20) == 78, d.tail()
        assert "fsync" in d.tail(), d.tail()


def test_term_under_load_drains_and_releases_the_leases(build):
    from faults import AckedWriter, check_nothing_lost
    with world(build) as (pg, d):
        w = AckedWriter(d)
        w.start()
        time.sleep(1)
        start = time.time()
        assert d.stop() == 0, d.tail()
        assert time.time() - start < 30
        w.stop()
        free = pg.sql("select count(*) from jobmatch.shard_lease where expires_at < now()")
        assert free == "64", free
        d.start()
        check_nothing_lost(build, pg, d, w)


def test_a_second_term_ends_at_once_and_loses_no_memory(build):
    """Pages are half read and half stored then; the harness looks for leaks."""
    with world(build) as (_, d):
        page = "\n".join('{"source":"cv","external_id":"%d","text":"welding"}' % i
                         for i in range(5000))
        clients = [threading.Thread(target=import_or_be_cut, args=(d, page)) for _ in range(4)]
        for t in clients:
            t.start()
        time.sleep(0.3)
        d.proc.terminate()
        time.sleep(0.02)
        start = time.time()
        assert d.stop(10) == 0, d.tail()
        assert time.time() - start < 5
        for t in clients:
            t.join()


def import_or_be_cut(d, page):
    with contextlib.suppress(OSError, http.client.HTTPException):
        d.post("/v1/candidates/import", page, headers={"Content-Type": "application/x-ndjson"})


def test_term_without_a_database_is_no_failure(build):
    with world(build, daemon=False) as (pg, d):
        pg.stop()
        d.start(wait=False)
        assert d.stop() == 0, d.tail()


def test_sd_notify_says_ready_watchdog_and_stopping(build):
    with world(build, daemon=False) as (_, d):
        path = d.folder + "/notify"
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        s.bind(path)
        s.settimeout(10)
        d.start(env={"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "400000"})
        got = ""
        while "READY=1" not in got or "WATCHDOG=1" not in got:
            got += s.recv(4096).decode() + "\n"
        d.proc.terminate()
        while "STOPPING=1" not in got:
            got += s.recv(4096).decode() + "\n"
        assert d.stop() == 0
        s.close()


def test_address_in_use_exits_69(build):
    with world(build) as (_, d):
        r = run(d, *d.args()[1:])
        assert r.returncode == 69 and "127.0.0.1" in r.stderr, r


def test_no_personal_data_in_the_log(build):
    with world(build, log__level="debug") as (_, d):
        canary = "Zebulonia Canaryworth"
        d.put("/v1/candidates/cv/p", {"text": f"{canary}, welder. MIG welding. {canary}@example.org",
                                      "headline": canary})
        d.put("/v1/candidates/cv/q", {"text": canary, "pay": {"min": "x"}})
        d.put("/v1/jobs/hr/1", {"title": "Welder", "text": "MIG welding"})
        d.settle()
        assert canary not in open(d.log_path, encoding="utf-8").read()
