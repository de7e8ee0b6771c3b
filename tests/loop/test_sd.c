/* test_sd.c - the datagrams to the service manager, and the descriptors from it. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "jobmatch/sd.h"

/* A manager that listens under this name ('@': abstract). */
static int manager(const char *name)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    memcpy(a.sun_path, name, strlen(name));
    if (*name == '@')
        a.sun_path[0] = 0;
    socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
    assert_int_equal(bind(fd, (struct sockaddr *)&a, len), 0);
    setenv("NOTIFY_SOCKET", name, 1);
    return fd;
}

static void expect_text(int fd, const char *text)
{
    char got[700];
    ssize_t n = recv(fd, got, sizeof got - 1, 0);
    assert_true(n > 0);
    got[n] = 0;
    assert_string_equal(got, text);
}

static void says_it_all(int fd)
{
    char got[200];
    long long usec = 0;
    assert_int_equal(jm_sd_ready("serving on\nport 1"), 1);
    expect_text(fd, "READY=1\nSTATUS=serving on port 1");
    assert_int_equal(jm_sd_ready(NULL), 1);
    expect_text(fd, "READY=1");
    assert_int_equal(jm_sd_status("%d of %d", 1, 2), 1);
    expect_text(fd, "STATUS=1 of 2");
    assert_int_equal(jm_sd_watchdog(), 1);
    expect_text(fd, "WATCHDOG=1");
    assert_int_equal(jm_sd_stopping("drain"), 1);
    expect_text(fd, "STOPPING=1\nSTATUS=drain");
    assert_int_equal(jm_sd_reloading(), 1);
    ssize_t n = recv(fd, got, sizeof got - 1, 0);
    assert_true(n > 0);
    got[n] = 0;
    assert_int_equal(sscanf(got, "RELOADING=1\nMONOTONIC_USEC=%lld", &usec), 1);
    assert_true(usec > 0);
}

static void speaks_to_a_path(void **state)
{
    (void)state;
    char dir[] = "/tmp/jm-sd-XXXXXX", path[64];
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/notify", dir);
    int fd = manager(path);
    says_it_all(fd);
    close(fd);
    unlink(path);
    rmdir(dir);
}

static void speaks_to_an_abstract_name(void **state)
{
    (void)state;
    char name[64];
    snprintf(name, sizeof name, "@jm-sd-%d", (int)getpid());
    int fd = manager(name);
    says_it_all(fd);
    close(fd);
}

static void nobody_listens(void **state)
{
    (void)state;
    unsetenv("NOTIFY_SOCKET");
    assert_int_equal(jm_sd_ready("x"), 0);
    setenv("NOTIFY_SOCKET", "/nonexistent/socket", 1);
    assert_int_equal(jm_sd_ready("x"), -1);
    setenv("NOTIFY_SOCKET", "relative", 1);
    assert_int_equal(jm_sd_ready("x"), -1);
    char longer[300];
    memset(longer, 'a', sizeof longer - 1);
    longer[0] = '/';
    longer[299] = 0;
    setenv("NOTIFY_SOCKET", longer, 1);
    assert_int_equal(jm_sd_ready("x"), -1);
    unsetenv("NOTIFY_SOCKET");
}

static void setenv_number(const char *name, long v)
{
    char text[24];
    snprintf(text, sizeof text, "%ld", v);
    setenv(name, text, 1);
}

static void the_watchdog_is_ours_or_not(void **state)
{
    (void)state;
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    assert_int_equal(jm_sd_watchdog_usec(), 0);
    setenv("WATCHDOG_USEC", "30000000", 1);
    assert_int_equal(jm_sd_watchdog_usec(), 30000000);
    setenv_number("WATCHDOG_PID", getpid());
    assert_int_equal(jm_sd_watchdog_usec(), 30000000);
    setenv_number("WATCHDOG_PID", getpid() + 1);
    assert_int_equal(jm_sd_watchdog_usec(), 0);
    unsetenv("WATCHDOG_PID");
    setenv("WATCHDOG_USEC", "30s", 1);
    assert_int_equal(jm_sd_watchdog_usec(), 0);
    unsetenv("WATCHDOG_USEC");
}

static void takes_descriptors_once(void **state)
{
    (void)state;
    int first = 0, saved = fcntl(3, F_DUPFD_CLOEXEC, 20), probe = open("/dev/null", O_RDONLY);
    assert_int_equal(dup2(probe, 3), 3);
    setenv_number("LISTEN_PID", getpid());
    setenv("LISTEN_FDS", "1", 1);
    assert_int_equal(jm_sd_listen_fds(&first), 1);
    assert_int_equal(first, 3);
    assert_true(fcntl(3, F_GETFD) & FD_CLOEXEC);
    assert_null(getenv("LISTEN_FDS"));
    assert_int_equal(jm_sd_listen_fds(&first), 0);
    setenv_number("LISTEN_PID", getpid() + 1); /* meant for the parent */
    setenv("LISTEN_FDS", "1", 1);
    assert_int_equal(jm_sd_listen_fds(&first), 0);
    setenv_number("LISTEN_PID", getpid());
    setenv("LISTEN_FDS", "1000", 1);
    assert_int_equal(jm_sd_listen_fds(&first), -1);
    if (saved >= 0) {
        dup2(saved, 3);
        close(saved);
    } else if (probe != 3) {
        close(3);
    }
    close(probe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(speaks_to_a_path),
        cmocka_unit_test(speaks_to_an_abstract_name),
        cmocka_unit_test(nobody_listens),
        cmocka_unit_test(the_watchdog_is_ours_or_not),
        cmocka_unit_test(takes_descriptors_once),
    };
    return cmocka_run_group_tests_name("loop sd", tests, NULL, NULL) != 0;
}
