#include "buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROOM_FIRST = 256 };

void
buf_init(struct buf *b, size_t cap)
{
	*b = (struct buf){ .cap = cap };
}

void
buf_clear(struct buf *b)
{
	free(b->ptr);
	buf_init(b, b->cap);
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->ptr)
		*b->ptr = '\0';
}

bool
buf_ok(const struct buf *b)
{
	return !b->failed;
}

struct str
buf_str(const struct buf *b)
{
	return (struct str){ b->ptr ? b->ptr : "", b->len };
}

bool
buf_widen(struct buf *b, size_t len)
{
	size_t most = b->cap < SIZE_MAX ? b->cap : SIZE_MAX - 1;
	size_t room = b->room < ROOM_FIRST ? ROOM_FIRST : b->room;
	char *ptr;

	if (b->failed || len > most || b->len > most - len) {
		b->failed = true;
		return false;
	}
	if (len < b->room - b->len)
		return true;
	while (room <= b->len + len)
		room = room > SIZE_MAX / 2 ? most + 1 : room * 2;
	if (room > most + 1)
		room = most + 1;
	ptr = realloc(b->ptr, room);
	if (!ptr) {
		b->failed = true;
		return false;
	}
	b->ptr = ptr;
	b->room = room;
	b->ptr[b->len] = '\0';
	return true;
}

void
buf_add_i64(struct buf *b, int64_t n)
{
	char digits[20];
	size_t at = sizeof digits;
	uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	do {
		digits[--at] = (char)('0' + left % 10);
		left /= 10;
	} while (left);
	if (n < 0)
		digits[--at] = '-';
	buf_add_bytes(b, digits + at, sizeof digits - at);
}

void
buf_add_utf8(struct buf *b, uint32_t c)
{
	char bytes[4];
	size_t len = 1;

	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		c = 0xfffd;
	if (c < 0x80) {
		bytes[0] = (char)c;
	} else if (c < 0x800) {
		bytes[0] = (char)(0xc0 | c >> 6);
		len = 2;
	} else if (c < 0x10000) {
		bytes[0] = (char)(0xe0 | c >> 12);
		len = 3;
	} else {
		bytes[0] = (char)(0xf0 | c >> 18);
		len = 4;
	}
	for (size_t i = 1; i < len; i++)
		bytes[i] = (char)(0x80 | (c >> 6 * (len - 1 - i) & 0x3f));
	buf_add_bytes(b, bytes, len);
}

void
buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;
	int len;

	if (b->failed)
		return;
	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0 || !buf_widen(b, (size_t)len)) {
		b->failed = true;
		return;
	}
	va_start(args, format);
	vsnprintf(b->ptr + b->len, (size_t)len + 1, format, args);
	va_end(args);
	b->len += (size_t)len;
}

char *
buf_reserve(struct buf *b, size_t len)
{
	return buf_widen(b, len) ? b->ptr + b->len : NULL;
}

void
buf_commit(struct buf *b, size_t len)
{
	if (b->failed || !b->ptr)
		return;
	b->len += len;
	b->ptr[b->len] = '\0';
}
