/* sd.h - what systemd and a daemon tell each other, by hand.
 *
 * The protocol is one datagram of KEY=value lines to $NOTIFY_SOCKET, and descriptors from number 3
 * on. Both are stable interfaces; linking libsystemd for them would bring four more libraries.
 * Without systemd every function does nothing and says so. Call from one thread. */
#ifndef JM_SD_H
#define JM_SD_H

#include <stdint.h>

/* Send `state` as it is. 1 sent, 0 nobody listens, -1 failed (errno). */
int jm_sd_notify(const char *state);
int jm_sd_ready(const char *status);  /* READY=1 and a STATUS= line; status may be NULL */
int jm_sd_status(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int jm_sd_stopping(const char *status);
/* RELOADING=1 with MONOTONIC_USEC; jm_sd_ready() ends the reload. */
int jm_sd_reloading(void);
int jm_sd_watchdog(void); /* WATCHDOG=1 */
/* How often the manager wants to hear jm_sd_watchdog(), in microseconds; call it at half of that.
 * 0: no watchdog for this process. */
int64_t jm_sd_watchdog_usec(void);
/* Number of listening sockets handed over, the first at *first (always 3), close-on-exec set. Takes
 * the variables out of the environment, so a second call gives 0. -1: they are malformed. */
int jm_sd_listen_fds(int *first);

#endif
