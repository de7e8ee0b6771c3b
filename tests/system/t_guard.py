"""The HTTP door under attack: smuggling, drips, floods, a full descriptor table."""
import re
import socket
import time

from harness import world

OK_HEAD = b"Host: x\r\nConnection: close\r\n"

# name, bytes: each must be answered 400 (or 501/505 where said) and the connection closed
SMUGGLING = [
    ("CL and TE", b"POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
                  b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("two lengths", b"POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n"
                    b"\r\nabcde"),
    ("same length twice", b"POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
                          b"Content-Length: 4\r\n\r\nabcd"),
    ("signed length", b"POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: +4\r\n\r\nabcd"),
    ("space before colon", b"POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length : 4\r\n\r\nabcd"),
    ("folded header", b"GET /livez HTTP/1.1\r\nHost: x\r\nA: b\r\n c: d\r\n\r\n"),
    ("bare LF", b"GET /livez HTTP/1.1\nHost: x\n\n"),
    ("no host", b"GET /livez HTTP/1.1\r\n\r\n"),
    ("two hosts", b"GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
    ("NUL in value", b"GET /livez HTTP/1.1\r\nHost: x\r\nA: b\x00c\r\n\r\n"),
    ("body on GET", b"GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nabcd"),
    ("body on HEAD", b"HEAD /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nabcd"),
    ("chunk size 0x5", b"POST /livez HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                       b"0x5\r\nabcde\r\n0\r\n\r\n"),
    ("TE twice", b"POST /livez HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                 b"Transfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
    ("TE xchunked", b"POST /livez HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n"
                    b"0\r\n\r\n"),
    ("header without colon", b"GET /livez HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n"),
    ("HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
]


def test_smuggling_is_refused_and_closed(build):
    with world(build) as (_, d):
        probe = b"GET /livez HTTP/1.1\r\n" + OK_HEAD + b"\r\n"
        for name, attack in SMUGGLING:
            got = d.raw(attack + probe)
            assert got.startswith(b"HTTP/1.1 4") or got.startswith(b"HTTP/1.1 5"), (name, got[:200])
            answers = re.findall(rb"HTTP/1\.1 \d\d\d [A-Z]", got)
            assert len(answers) == 1, (name, "a second answer", got[:600])
        fine = d.raw(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n" + probe)
        assert fine.count(b"HTTP/1.1 200") == 2, fine


def test_slow_drip_dies_and_others_go_on(build):
    with world(build, http__read_timeout="1s") as (_, d):
        socks = [socket.create_connection(("127.0.0.1", d.port)) for _ in range(20)]
        for s in socks:
            s.sendall(b"GET /livez HTT")
        start, alive = time.time(), len(socks)
        while alive and time.time() - start < 15:
            alive = 0
            for s in socks:
                try:
                    s.sendall(b"P")
                    s.settimeout(0.01)
                    alive += s.recv(100) != b"" or 0
                except socket.timeout:
                    alive += 1
                except OSError:
                    pass
            assert d.get("/livez", key=None).status == 200
            time.sleep(0.1)
        for s in socks:
            s.close()
        assert not alive and time.time() - start < 12, (alive, time.time() - start)


def test_a_full_descriptor_table_is_survived(build):
    import resource

    with world(build, daemon=False) as (_, d):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
        try:
            d.start()
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        size = len(open(d.log_path, encoding="utf-8").read())
        socks = []
        for _ in range(120):
            s = socket.socket()
            s.settimeout(1)
            try:
                s.connect(("127.0.0.1", d.port))
            except OSError:
                break
            socks.append(s)
        before = sum(map(int, open(f"/proc/{d.proc.pid}/stat").read().split()[13:15]))
        time.sleep(2)
        after = sum(map(int, open(f"/proc/{d.proc.pid}/stat").read().split()[13:15]))
        assert after - before < 60, f"{(after - before) / 2:.0f} % of a core while full"
        for s in socks:
            s.close()
        time.sleep(0.5)
        assert d.get("/livez", key=None).status == 200
        grown = len(open(d.log_path, encoding="utf-8").read()) - size
        assert grown < 20000, f"{grown} bytes of log"
        assert d.put("/v1/jobs/hr/1", {"title": "Cook", "text": "Cook wanted"}).status == 201


def test_many_clients_at_once(build):
    import threading
    with world(build) as (_, d):
        bad = []

        def work(n):
            for i in range(20):
                r = d.put(f"/v1/jobs/load/{n}-{i}", {"title": "Welder", "text": "MIG welding"})
                if r.status != 201:
                    bad.append((r.status, r.body))
        threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        assert not bad, bad[:3]
        assert d.settle()["corpus"]["jobs"] == 320
