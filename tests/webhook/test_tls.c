/* test_tls.c - certificates that must not be believed, and one that must.
 *
 * The server is `openssl s_server` on loopback, with certificates made on the spot; without the
 * openssl program the tests are skipped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "jobmatch/clock.h"
#include "jobmatch/loop.h"
#include "webhook/sender.h"

static char dir[] = "/tmp/jm-tls-XXXXXX";
static struct jm_loop *loop;

static void make_certificate(const char *name, const char *san)
{
    char cmd[1024];
    snprintf(cmd, sizeof cmd,
             "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30"
             " -subj /CN=%s -addext subjectAltName=%s -keyout %s/%s.key -out %s/%s.pem"
             " >/dev/null 2>&1",
             name, san, dir, name, dir, name);
    assert_int_equal(system(cmd), 0);
}

/* Sign the same key again, for a time that is over. */
static void expire(const char *name)
{
    char cmd[512];
    snprintf(cmd, sizeof cmd,
             "openssl x509 -in %s/%s.pem -signkey %s/%s.key -days -1 -out %s/old.pem 2>/dev/null"
             " && mv %s/old.pem %s/%s.pem", dir, name, dir, name, dir, dir, dir, name);
    assert_int_equal(system(cmd), 0);
}

static int setup(void **state)
{
    (void)state;
    loop = jm_loop_new(&jm_clock_system, NULL, NULL);
    if (!mkdtemp(dir) || system("openssl version >/dev/null 2>&1") != 0)
        return 0;
    make_certificate("good", "IP:127.0.0.1");
    make_certificate("other", "DNS:other.example");
    make_certificate("expired", "IP:127.0.0.1");
    expire("expired");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    char cmd[64];
    snprintf(cmd, sizeof cmd, "rm -rf %s", dir);
    jm_loop_free(loop);
    return system(cmd);
}

static int free_port(void)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof sa;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof sa), 0);
    getsockname(fd, (struct sockaddr *)&sa, &len);
    close(fd);
    return ntohs(sa.sin_port);
}

struct server {
    pid_t pid;
    int port, to, from;
};

/* Says 200 to whoever completes the handshake. */
static struct server serve(const char *cert, const char *const extra[3])
{
    static const char answer[] = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    struct server s = {.port = free_port()};
    char accept_text[32], pem[64], key[64], said[4096] = "";
    int in[2], out[2];
    snprintf(accept_text, sizeof accept_text, "127.0.0.1:%d", s.port);
    snprintf(pem, sizeof pem, "%s/%s.pem", dir, cert);
    snprintf(key, sizeof key, "%s/%s.key", dir, cert);
    assert_true(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
    s.pid = fork();
    if (s.pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(in[0], 0);
        dup2(out[1], 1);
        dup2(open("/dev/null", O_WRONLY), 2);
        execlp("openssl", "openssl", "s_server", "-accept", accept_text, "-cert", pem, "-key", key,
               extra[0], extra[1], extra[2], (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    s.to = in[1];
    s.from = out[0];
    for (size_t n = 0; !strstr(said, "ACCEPT");) {
        ssize_t got = read(s.from, said + n, sizeof said - 1 - n);
        assert_true(got > 0);
        n += (size_t)got;
    }
    assert_true(write(s.to, answer, sizeof answer - 1) > 0);
    return s;
}

static void on_end(void *arg, const struct jm_webhook_response *r)
{
    int *status = arg;
    *status = r->status;
    if (r->status == 0)
        print_message("  %s\n", r->error);
}

/* The status of one POST to a server with `cert`, while `ca` (NULL: the system's) is trusted. */
static int status_of(const char *cert, const char *ca, const char *const extra[3])
{
    struct server server = serve(cert, extra);
    struct jm_webhook_guard *guard = jm_webhook_guard_new("127.0.0.1", false, NULL);
    char ca_file[64], url[64];
    snprintf(ca_file, sizeof ca_file, "%s/%s.pem", dir, ca ? ca : "");
    snprintf(url, sizeof url, "https://127.0.0.1:%d/", server.port);
    struct jm_webhook_options o = {.connect_timeout_ms = 2000, .total_timeout_ms = 3000,
                                   .ca_file = ca ? ca_file : NULL};
    struct jm_webhook_sender *s = jm_webhook_sender_new(loop, guard, &o, NULL);
    struct jm_webhook_request r = {url, "evt_1", 1, "v1,x", "{}", 2};
    int status = -1;
    assert_int_equal(jm_webhook_sender_post(s, &r, on_end, &status, NULL), 0);
    while (status < 0)
        jm_loop_turn(loop, true);
    jm_webhook_sender_free(s);
    jm_webhook_guard_free(guard);
    kill(server.pid, SIGKILL);
    waitpid(server.pid, NULL, 0);
    close(server.to);
    close(server.from);
    return status;
}

static void believes_only_what_it_should(void **state)
{
    (void)state;
    static const char *const none[3] = {NULL, NULL, NULL};
    static const char *const tls11[3] = {"-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"};
    static const char *const tls12[3] = {"-tls1_2", NULL, NULL};
    char probe[64];
    snprintf(probe, sizeof probe, "%s/good.pem", dir);
    if (access(probe, R_OK) != 0)
        skip();
    assert_int_equal(status_of("good", "good", none), 200);
    assert_int_equal(status_of("good", "good", tls12), 200);
    assert_int_equal(status_of("good", "good", tls11), 0);       /* too old a protocol */
    assert_int_equal(status_of("good", NULL, none), 0);          /* signed by nobody we know */
    assert_int_equal(status_of("good", "other", none), 0);       /* by another */
    assert_int_equal(status_of("other", "other", none), 0);      /* trusted, for another host */
    assert_int_equal(status_of("expired", "expired", none), 0);  /* too late */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(believes_only_what_it_should)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
