#include "log.h"

#include "visible.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINE_CAP = 4096, TEXT_CAP = 1024 };

/* Set once, before the first thread starts. */
static const char *log_role = "pennypress";
static bool under_systemd;

void
log_open(const char *role)
{
	const char *stream = getenv("JOURNAL_STREAM");

	log_role = role;
	under_systemd = stream && *stream;
}

static void
add_head(struct buf *line, enum log_level level)
{
	/* sd-daemon(3): SD_ERR, SD_WARNING, SD_INFO. */
	static const char *const priorities[] = { "<3>", "<4>", "<6>" };
	static const char *const words[] = { "error: ", "warning: ", "" };
	char stamp[32] = "";
	time_t now = time(NULL);
	struct tm utc;

	if (under_systemd) {
		buf_add_z(line, priorities[level]);
	} else if (gmtime_r(&now, &utc)) {
		strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ ", &utc);
		buf_add_z(line, stamp);
	}
	buf_add_z(line, log_role);
	buf_add_c(line, ' ');
	buf_add_z(line, words[level]);
}

static void __attribute__((format(printf, 2, 0)))
write_line(enum log_level level, const char *format, va_list args)
{
	char room[LINE_CAP + 1], text[TEXT_CAP];
	struct buf line = { .ptr = room, .room = sizeof room, .cap = LINE_CAP };
	int saved = errno, len;

	room[0] = '\0';
	len = vsnprintf(text, sizeof text, format, args);
	if (len < 0)
		return;
	add_head(&line, level);
	visible_add(&line, str_from(text));
	if ((size_t)len >= sizeof text)
		buf_add_z(&line, "...");
	line.failed = false;
	if (line.len == LINE_CAP)
		line.len--;
	buf_add_c(&line, '\n');
	if (write(STDERR_FILENO, line.ptr, line.len) < 0) {
		/* There is nowhere left to say so. */
	}
	errno = saved;
}

void
log_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(LOG_LEVEL_ERROR, format, args);
	va_end(args);
}

void
log_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(LOG_LEVEL_WARNING, format, args);
	va_end(args);
}

void
log_info(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(LOG_LEVEL_INFO, format, args);
	va_end(args);
}
