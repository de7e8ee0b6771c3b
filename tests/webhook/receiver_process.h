/* receiver_process.h - start and stop the real receiver (tests/system/receiver.c) from a test. */
#ifndef RECEIVER_PROCESS_H
#define RECEIVER_PROCESS_H

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct receiver {
    pid_t pid;
    int port;
    char log[64]; /* ids it answered with 2xx */
};

/* BUILD/receiver; we are BUILD/tests/webhook/x or BUILD/bench/x. */
static inline void receiver_path(char out[4096])
{
    ssize_t n = readlink("/proc/self/exe", out, 4000);
    assert_true(n > 0);
    out[n] = '\0';
    for (char *slash; (slash = strrchr(out, '/')) != NULL;) {
        strcpy(slash, "/receiver");
        if (access(out, X_OK) == 0)
            return;
        *slash = '\0';
    }
    fail_msg("no receiver: run make all");
}

/* `port` 0: any. `secret` and `mode` may be NULL. */
static inline void receiver_start(struct receiver *r, const char *address, int port,
                                  const char *secret, const char *mode)
{
    char path[4096], port_text[16];
    int out[2];
    receiver_path(path);
    snprintf(port_text, sizeof port_text, "%d", port);
    if (r->log[0] == '\0') {
        strcpy(r->log, "/tmp/jm-receiver-XXXXXX");
        close(mkstemp(r->log));
    }
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    r->pid = fork();
    assert_true(r->pid >= 0);
    if (r->pid == 0) {
        const char *argv[] = {path, "--with-parent", "--address", address, "--port", port_text,
                              "--log", r->log, "--mode", mode ? mode : "status/200",
                              secret ? "--secret" : NULL, secret, NULL};
        dup2(out[1], 1);
        execv(path, (char *const *)argv);
        _exit(127);
    }
    close(out[1]);
    FILE *f = fdopen(out[0], "r");
    char line[256] = "";
    if (!fgets(line, sizeof line, f) || sscanf(line, "listening %*[0-9.]:%d", &r->port) != 1)
        fail_msg("%s did not start (run make receiver): %s", path, line);
    if (fork() == 0) { /* drain its chatter until it ends */
        while (fgets(line, sizeof line, f))
            if (getenv("RECEIVER_VERBOSE"))
                fputs(line, stderr);
        _exit(0);
    }
    fclose(f);
}

static inline void receiver_kill(struct receiver *r)
{
    kill(r->pid, SIGKILL);
    waitpid(r->pid, NULL, 0);
    r->pid = 0;
}

static inline void receiver_stop(struct receiver *r)
{
    if (r->pid > 0)
        receiver_kill(r);
    while (waitpid(-1, NULL, 0) > 0) /* the drain ends with its pipe */
        continue;
    unlink(r->log);
    r->log[0] = '\0';
}

/* How often `id` stands in the log; NULL: how many lines. */
static inline unsigned receiver_count(const struct receiver *r, const char *id)
{
    FILE *f = fopen(r->log, "r");
    char line[256];
    unsigned n = 0;
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = '\0';
        n += !id || strcmp(line, id) == 0;
    }
    fclose(f);
    return n;
}

#endif
