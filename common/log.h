/*
 * log.h - lines for the operator: one event a line, on standard error.
 *
 *	2026-03-01T12:00:00Z pennygate[front] warning: no landlock
 *
 * Under systemd (JOURNAL_STREAM is set) the time is left out and the priority
 * prefix <N> of sd-daemon(3) is put in. Control characters are escaped. Tokens,
 * cookies, queries, secrets and mail addresses are never passed to it. A line
 * is one write(2), so that processes do not mix theirs.
 */
#ifndef LOG_H
#define LOG_H

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO };

void log_open(const char *role); /* "pennygate[front]"; static text */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
