#include "json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	PLAIN,
	QUOTE, /* a backslash before it, or \n and the like */
	ANGLE, /* depends on what follows */
};

static int
class_of(unsigned char c)
{
	if (c < 0x20 || c == '"' || c == '\\' || c == 0x7f)
		return QUOTE;
	return c == '<' ? ANGLE : PLAIN;
}

static void
add_quoted(struct buf *out, unsigned char c)
{
	static const char letters[] = "\bb\ff\nn\rr\tt\"\"\\\\";
	const char *hit = NULL;

	for (const char *p = letters; *p && !hit; p += 2) {
		if ((unsigned char)*p == c)
			hit = p;
	}
	if (hit) {
		buf_add_c(out, '\\');
		buf_add_c(out, hit[1]);
	} else {
		buf_printf(out, "\\u%04x", c);
	}
}

/* `<` before a letter, `!` or `/` could end or change the state of a script
 * element (HTML Living Standard, 4.12.1.3). Returns the bytes used. */
static size_t
add_angle(struct buf *out, char next)
{
	if (next == '/') {
		buf_add(out, STR("<\\/"));
		return 2;
	}
	buf_add_z(out, next == '!' || (next | 32) == 's' ? "\\u003c" : "<");
	return 1;
}

/* UTF-8 without a fault. */
static void
add_valid(struct buf *out, struct str s)
{
	size_t run = 0, i = 0;

	while (i < s.len) {
		int class = class_of((unsigned char)s.ptr[i]);

		if (class == PLAIN) {
			i++;
			continue;
		}
		buf_add_bytes(out, s.ptr + run, i - run);
		if (class == ANGLE) {
			i += add_angle(
			    out, (char)(i + 1 < s.len ? s.ptr[i + 1] : 0));
		} else {
			add_quoted(out, (unsigned char)s.ptr[i++]);
		}
		run = i;
	}
	buf_add(out, str_from_at(s, run));
}

void
json_write_str(struct buf *out, struct str s)
{
	buf_add_c(out, '"');
	if (str_is_utf8(s)) {
		add_valid(out, s);
	} else {
		struct buf repaired;

		buf_init(&repaired, SIZE_MAX);
		for (size_t at = 0; at < s.len;)
			buf_add_utf8(&repaired, str_utf8_next(s, &at));
		if (!buf_ok(&repaired))
			out->failed = true;
		add_valid(out, buf_str(&repaired));
		buf_clear(&repaired);
	}
	buf_add_c(out, '"');
}

/* The shortest decimal that reads back as the same number; one that looks like
 * an integer gets ".0". JSON has no infinities: null. */
static void
write_real(struct buf *out, double n)
{
	char text[40];

	if (!isfinite(n)) {
		buf_add(out, STR("null"));
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, n);
		if (!(strtod(text, NULL) < n) && !(strtod(text, NULL) > n))
			break;
	}
	buf_add_z(out, text);
	if (!strpbrk(text, ".eE"))
		buf_add(out, STR(".0"));
}

static void write_value(
    struct buf *out, const struct value *v, bool pretty, unsigned depth);

static void
new_line(struct buf *out, bool pretty, unsigned depth)
{
	if (!pretty)
		return;
	buf_add_c(out, '\n');
	while (depth--)
		buf_add(out, STR("  "));
}

static void
write_list(struct buf *out, const struct value *v, bool pretty, unsigned depth)
{
	buf_add_c(out, '[');
	for (size_t i = 0; i < v->u.list.count; i++) {
		if (i)
			buf_add_c(out, ',');
		new_line(out, pretty, depth + 1);
		write_value(out, v->u.list.at[i], pretty, depth + 1);
	}
	if (v->u.list.count)
		new_line(out, pretty, depth);
	buf_add_c(out, ']');
}

static void
write_object(
    struct buf *out, const struct value *v, bool pretty, unsigned depth)
{
	buf_add_c(out, '{');
	for (size_t i = 0; i < v->u.object.count; i++) {
		if (i)
			buf_add_c(out, ',');
		new_line(out, pretty, depth + 1);
		json_write_str(out, v->u.object.at[i].key);
		buf_add_z(out, pretty ? ": " : ":");
		write_value(out, v->u.object.at[i].value, pretty, depth + 1);
	}
	if (v->u.object.count)
		new_line(out, pretty, depth);
	buf_add_c(out, '}');
}

static void
write_value(struct buf *out, const struct value *v, bool pretty, unsigned depth)
{
	switch (v->kind) {
	case VALUE_NULL:
		buf_add(out, STR("null"));
		break;
	case VALUE_FALSE:
		buf_add(out, STR("false"));
		break;
	case VALUE_TRUE:
		buf_add(out, STR("true"));
		break;
	case VALUE_INT:
		buf_add_i64(out, v->u.integer);
		break;
	case VALUE_REAL:
		write_real(out, v->u.real);
		break;
	case VALUE_STR:
	case VALUE_HTML:
		json_write_str(out, v->u.str);
		break;
	case VALUE_LIST:
		write_list(out, v, pretty, depth);
		break;
	case VALUE_OBJECT:
		write_object(out, v, pretty, depth);
		break;
	}
}

void
json_write(struct buf *out, const struct value *v, bool pretty)
{
	write_value(out, v, pretty, 0);
	if (pretty)
		buf_add_c(out, '\n');
}
