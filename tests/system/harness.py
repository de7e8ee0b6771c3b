"""harness - a private PostgreSQL, the real daemon, and a client, for tests that use both.

Everything lives in one temporary folder, on sockets and free ports of loopback, and is gone at the
end. PostgreSQL refuses to run as root: as root its programs run as the user postgres."""
import contextlib
import http.client
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def pg_bin():
    found = sorted(d for d in os.listdir("/usr/lib/postgresql")) if os.path.isdir(
        "/usr/lib/postgresql") else []
    for version in reversed(found):
        path = f"/usr/lib/postgresql/{version}/bin"
        if os.path.exists(path + "/initdb"):
            return path
    raise SystemExit("PostgreSQL's server programs are missing: apt-get install postgresql")


def as_postgres():
    """What to put before a command so that it does not run as root."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as f:
            return f.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Postgres:
    def __init__(self, folder, **settings):
        self.dir = os.path.join(folder, "pg")
        self.bin = pg_bin()
        self.settings = settings
        self.proc = None
        os.makedirs(self.dir, mode=0o700)
        if os.geteuid() == 0:
            os.chmod(folder, 0o755)
            user = pwd.getpwnam("postgres")
            os.chown(self.dir, user.pw_uid, user.pw_gid)
        if Template.data:  # a copy is as good as a cluster made anew, in a tenth of the time
            subprocess.run(["cp", "-a", Template.data, self.dir + "/data"], check=True)
            self.start()
            return
        self.run("initdb", "-D", self.dir + "/data", "-A", "trust", "-U", "jobmatch",
                 "--no-sync", "-E", "UTF8", "--locale=C")
        self.start()
        self.run("createdb", "-h", self.dir, "-U", "jobmatch", "jobmatch")

    def run(self, program, *args):
        done = subprocess.run([*as_postgres(), f"{self.bin}/{program}", *args], cwd="/",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout}")
        return done.stdout

    def start(self):
        opts = {"listen_addresses": "", "unix_socket_directories": self.dir,
                "max_connections": "40", "shared_buffers": "64MB", **self.settings}
        args = [x for k, v in opts.items() for x in ("-c", f"{k}={v}")]
        self.log = open(self.dir + ".log", "a")
        self.proc = subprocess.Popen(
            [*as_postgres(), f"{self.bin}/postgres", "-D", self.dir + "/data", *args], cwd="/",
            stdout=self.log, stderr=self.log)
        for _ in range(600):
            if subprocess.run([f"{self.bin}/pg_isready", "-q", "-h", self.dir, "-U", "jobmatch",
                               "-d", "postgres"]).returncode == 0:
                return
            if self.proc.poll() is not None:
                break
            time.sleep(0.05)
        with open(self.dir + ".log", encoding="utf-8") as f:
            raise RuntimeError("PostgreSQL did not start: " + f.read()[-2000:])

    def pids(self):
        """The server and its backends. The server is stopped first: it must not fork meanwhile."""
        os.kill(self.proc.pid, signal.SIGSTOP)
        out = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.proc.pid)],
                             stdout=subprocess.PIPE, text=True).stdout
        return [self.proc.pid] + [int(x) for x in out.split()]

    def kill9(self):
        """As a power cut of the server: every process of it at once, by its own id."""
        pids = self.pids()
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.proc.wait()
        while any(map(alive, pids)):  # their shared memory must be free for the next one
            time.sleep(0.01)

    def freeze(self, on):
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP if on else signal.SIGCONT)

    def stop(self):
        if self.proc and self.proc.poll() is None:
            self.freeze(False)
            self.proc.send_signal(signal.SIGINT)
            try:
                self.proc.wait(20)
            except subprocess.TimeoutExpired:
                self.kill9()
        self.log.close()

    @property
    def conninfo(self):
        return f"host={self.dir} user=jobmatch dbname=jobmatch"

    def sql(self, text):
        done = subprocess.run([f"{self.bin}/psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h",
                               self.dir, "-U", "jobmatch", "-d", "jobmatch", "-c", text],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()


class Template:
    """While it is open, every Postgres() starts from a copy of one cluster with an empty database."""
    data = None

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="jobmatch-")
        pg = Postgres(self.folder)
        pg.stop()
        Template.data = pg.dir + "/data"
        return self

    def __exit__(self, *_):
        Template.data = None
        shutil.rmtree(self.folder, ignore_errors=True)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.again = False  # it was tried before, and that may have been kept

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def items(self):
        """What a list holds; an answer that is none says what it is."""
        assert self.status == 200, (self.status, self.body)
        return self.json["items"]

    @property
    def lines(self):
        return [json.loads(x) for x in self.body.decode().splitlines()]


class Daemon:
    def __init__(self, build, pg, folder, **options):
        self.build, self.pg, self.folder = build, pg, folder
        self.options = {"http.listen": "127.0.0.1:0", "db.conninfo": pg.conninfo,
                        "skills.dir": ROOT + "/config/skills", "log.level": "info",
                        "webhook.allow_addresses": "127.0.0.0/8",
                        **{k.replace("__", "."): v for k, v in options.items()}}
        self.log_path = os.path.join(folder, f"daemon-{id(self)}.log")
        self.proc, self.port, self.key = None, None, None

    def args(self, *extra):
        sets = [x for k, v in self.options.items() for x in ("--set", f"{k}={v}")]
        return [self.build + "/jobmatchd", *sets, *extra]

    def tool(self, *extra, check=True):
        done = subprocess.run(self.args(*extra), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, timeout=120)
        if check and done.returncode:
            raise RuntimeError(f"jobmatchd {' '.join(extra)}: {done.returncode} {done.stderr}")
        return done

    def make_key(self, *extra):
        return self.tool("key", "create", *extra).stdout.strip()

    def start(self, wait=True, env=None):
        self.log = open(self.log_path, "a")
        offset = os.path.getsize(self.log_path)
        self.port = None
        self.proc = subprocess.Popen(self.args(), stdout=self.log, stderr=self.log,
                                     env={**os.environ, **(env or {})})
        for _ in range(400):
            with open(self.log_path) as f:
                f.seek(offset)
                for line in f:
                    if 'msg="listening"' in line:
                        self.port = int(line.split("port=")[1].split()[0])
            if self.port and (not wait or self.get("/livez", key=None).status == 200):
                break
            if self.proc.poll() is not None:
                raise RuntimeError("the daemon ended: " + self.tail())
            time.sleep(0.05)
        else:
            raise RuntimeError("the daemon did not listen: " + self.tail())
        # keep the port over restarts, so that clients come back to the same place
        self.options["http.listen"] = f"127.0.0.1:{self.port}"
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self, seconds=30):
        end = time.time() + seconds
        while time.time() < end:
            with contextlib.suppress(OSError):
                if self.get("/readyz", key=None).status == 200:
                    return self
            time.sleep(0.05)
        raise RuntimeError("the daemon is not ready: " + self.tail())

    def tail(self, n=15):
        with open(self.log_path) as f:
            return "".join(f.readlines()[-n:])

    def request(self, method, path, body=None, key="default", headers=None, timeout=30):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        h = dict(headers or {})
        if key == "default":
            key = self.key
        if key:
            h["Authorization"] = "Bearer " + key
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            h.setdefault("Content-Type", "application/json")
        if isinstance(body, str):
            body = body.encode()
        try:
            c.request(method, path, body, h)
            r = c.getresponse()
            return Answer(r.status, r.headers, r.read())
        finally:
            c.close()

    def get(self, path, **kw):
        return self.request("GET", path, **kw)

    def patient(self, method, path, body=None, once=False, **kw):
        """A client does as it is told: 503 says that nothing was acknowledged and to try again,
        and on a machine whose disk others want too that comes about. `once` is for who wants it."""
        end = time.time() + 20
        r = self.request(method, path, body, **kw)
        while r.status == 503 and not once and time.time() < end:
            time.sleep(0.2)
            r = self.request(method, path, body, **kw)
            r.again = True
        return r

    def put(self, path, body, **kw):
        return self.patient("PUT", path, body, **kw)

    def delete(self, path, **kw):
        return self.patient("DELETE", path, **kw)

    def post(self, path, body=None, **kw):
        return self.request("POST", path, body, **kw)

    def raw(self, data, wait=5.0, port=None):
        """Send bytes as they are; what came back until the other side closed or `wait` was over."""
        s = socket.create_connection(("127.0.0.1", port or self.port), timeout=wait)
        out = b""
        with s:
            with contextlib.suppress(OSError):
                s.sendall(data)
            s.settimeout(wait)
            with contextlib.suppress(OSError):
                while True:
                    got = s.recv(65536)
                    if not got:
                        break
                    out += got
        return out

    def status(self):
        return self.get("/v1/status").json

    def settle(self, seconds=60):
        """Wait until nothing waits to be matched."""
        end = time.time() + seconds
        while time.time() < end:
            st = self.status()
            if (st["matching"]["waiting"] == 0 and st["database"]["waiting_rows"] == 0
                    and st["database"]["feed_lag_us"] == 0 and st["database"]["shards_owned"] == 64):
                time.sleep(0.3)  # the feed polls: look twice
                again = self.status()
                if again["matching"] == st["matching"]:
                    return again
            time.sleep(0.1)
        raise RuntimeError(f"still matching: {self.status()} {self.tail()}")

    def kill9(self):
        self.proc.kill()
        self.proc.wait()
        self.log.close()

    def stop(self, seconds=40):
        if self.proc and self.proc.poll() is None:
            self.proc.terminate()
            try:
                self.proc.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill9()
                raise RuntimeError("the daemon did not stop: " + self.tail()) from None
        if not self.log.closed:
            self.log.close()
        return self.proc.returncode


def until(what, seconds, message):
    """Wait until what() is true; fail with message() when it does not come to pass."""
    end = time.time() + seconds
    while not what():
        assert time.time() < end, message()
        time.sleep(0.1)


class Receiver:
    """The webhook receiver as a process of its own, with a log of what arrived."""

    def __init__(self, build, folder, *args):
        self.path = os.path.join(folder, f"receiver-{id(self)}.log")
        self.proc = subprocess.Popen([build + "/receiver", *args], stdout=subprocess.PIPE,
                                     stderr=subprocess.DEVNULL, text=True)
        self.lines, self.port = [], None
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()
        for _ in range(200):
            if self.port:
                return
            time.sleep(0.02)
        raise RuntimeError("the receiver did not start")

    def read(self):
        for line in self.proc.stdout:
            if self.port is None and line.startswith("listening"):
                digits = "".join(ch if ch.isdigit() else " " for ch in line).split()
                self.port = int(digits[-1])
            self.lines.append(line.rstrip("\n"))

    def stop(self):
        self.proc.terminate()
        self.proc.wait(10)


def check_sanitizers(folder):
    """Whatever a sanitizer wrote into a daemon's log, with the lines that follow it."""
    for name in os.listdir(folder):
        if name.startswith("daemon-") and name.endswith(".log"):
            with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as f:
                lines = f.readlines()
            for i, line in enumerate(lines):
                if "Sanitizer" in line or "runtime error:" in line:
                    print("".join(lines[i:i + 60]), flush=True)
                    raise AssertionError("a sanitizer has a finding: " + line.strip())


@contextlib.contextmanager
def world(build, daemon=True, **options):
    """A folder, a PostgreSQL and (unless daemon=False) a running daemon with a key for everything."""
    folder = tempfile.mkdtemp(prefix="jobmatch-")
    pg = d = None
    try:
        pg = Postgres(folder)
        d = Daemon(build, pg, folder, **options)
        d.key = d.make_key()
        if daemon:
            d.start()
        yield pg, d
        if d.proc and ("asan" in build or "tsan" in build):
            d.stop()  # leaks are found at the end of the process
    finally:
        if d and d.proc and d.proc.poll() is None:
            d.proc.kill()
            d.proc.wait()
        if pg:
            pg.stop()
        try:
            check_sanitizers(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
