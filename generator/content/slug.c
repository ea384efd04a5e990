/*
 * slug.c - names of files and titles as parts of an address.
 */
#include "content_private.h"

#include "html.h"
#include "limits.h"

/* Punctuation, symbols, spaces and controls above ASCII; all else is taken for
 * a letter or digit of some script. */
static const struct {
	uint32_t from, to;
} not_letters[] = {
	{ 0x80, 0xa9 },
	{ 0xab, 0xb4 },
	{ 0xb6, 0xb9 },
	{ 0xbb, 0xbf },
	{ 0xd7, 0xd7 },
	{ 0xf7, 0xf7 },
	{ 0x2c2, 0x2c5 },
	{ 0x37e, 0x37e },
	{ 0x387, 0x387 },
	{ 0x55a, 0x55f },
	{ 0x589, 0x58a },
	{ 0x5be, 0x5be },
	{ 0x60c, 0x60d },
	{ 0x61b, 0x61f },
	{ 0x66a, 0x66d },
	{ 0x6d4, 0x6d4 },
	{ 0x964, 0x965 },
	{ 0x1680, 0x1680 },
	{ 0x2000, 0x200b },
	{ 0x200e, 0x2bff },
	{ 0x2e00, 0x2e7f },
	{ 0x3000, 0x3004 },
	{ 0x3008, 0x3020 },
	{ 0x3030, 0x3030 },
	{ 0x303d, 0x303f },
	{ 0x30fb, 0x30fb },
	{ 0xd800, 0xf8ff },
	{ 0xfe00, 0xfe6f },
	{ 0xfeff, 0xff0f },
	{ 0xff1a, 0xff20 },
	{ 0xff3b, 0xff40 },
	{ 0xff5b, 0xff65 },
	{ 0xffe0, 0xffff },
	{ 0x1f000, 0x1faff },
	{ 0xe0000, 0x10ffff },
};

static bool
is_letter(uint32_t c)
{
	if (c < 0x80)
		return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z');
	for (size_t i = 0; i < sizeof not_letters / sizeof *not_letters; i++) {
		if (c <= not_letters[i].to)
			return c < not_letters[i].from;
	}
	return true;
}

struct str
slug_of(struct arena *a, struct str text)
{
	struct buf out;
	struct str slug;
	bool gap = false;

	buf_init(&out, LIMIT_SLUG);
	for (size_t at = 0; at < text.len;) {
		uint32_t c = str_utf8_next(text, &at);

		if (!is_letter(c)) {
			gap = out.len > 0;
			continue;
		}
		if (out.len + 5 > LIMIT_SLUG)
			break;
		if (gap)
			buf_add_c(&out, '-');
		gap = false;
		buf_add_utf8(&out, c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
	}
	slug = out.len ? arena_str(a, buf_str(&out)) : STR("page");
	buf_clear(&out);
	return slug;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "2024-05-01-" at the start of an article's name is its date. */
static size_t
date_prefix(struct str name)
{
	static const char shape[] = "0000-00-00-";

	if (name.len <= sizeof shape - 1)
		return 0;
	for (size_t i = 0; i < sizeof shape - 1; i++) {
		if (shape[i] == '0' ? !is_digit(name.ptr[i])
				    : name.ptr[i] != shape[i])
			return 0;
	}
	return sizeof shape - 1;
}

struct str
name_without_number(struct str name)
{
	size_t at = date_prefix(name);

	if (at)
		return str_from_at(name, at);
	while (at < name.len && is_digit(name.ptr[at]))
		at++;
	if (!at || at > 3 || at + 1 >= name.len)
		return name;
	if (name.ptr[at] != '-' && name.ptr[at] != '_' && name.ptr[at] != '.' &&
	    name.ptr[at] != ' ')
		return name;
	while (at < name.len &&
	    (name.ptr[at] == '-' || name.ptr[at] == '_' ||
		name.ptr[at] == '.' || name.ptr[at] == ' '))
		at++;
	return at < name.len ? str_from_at(name, at) : name;
}

struct str
path_name(struct str path)
{
	size_t slash = str_rfind(path, '/');

	return slash == path.len ? path : str_from_at(path, slash + 1);
}

struct str
path_folder(struct str path)
{
	size_t slash = str_rfind(path, '/');

	return slash == path.len ? STR_NONE : str_sub(path, 0, slash);
}

struct str
path_stem(struct str path)
{
	struct str name = path_name(path);
	size_t dot = str_rfind(name, '.');

	return dot && dot < name.len ? str_sub(name, 0, dot) : name;
}

bool
path_is_markdown(struct str path)
{
	static const struct str endings[] = { { ".md", 3 },
		{ ".markdown", 9 } };

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		if (path.len > endings[i].len &&
		    str_eq_nocase(str_from_at(path, path.len - endings[i].len),
			endings[i]))
			return true;
	}
	return false;
}

struct str
title_from_name(struct arena *a, struct str name)
{
	struct str from = name_without_number(name);
	char *text = arena_z(a, from);
	bool start = true;

	for (size_t i = 0; i < from.len; i++) {
		if (text[i] == '-' || text[i] == '_')
			text[i] = ' ';
		if (start && text[i] >= 'a' && text[i] <= 'z')
			text[i] = (char)(text[i] - ('a' - 'A'));
		start = start && text[i] == ' ';
	}
	return str_trim(str_of(text, from.len));
}

struct str
address_encode(struct arena *a, struct str path)
{
	struct buf out;
	struct str part, rest = path, url;
	bool first = true;

	buf_init(&out, 3 * (size_t)LIMIT_PATH);
	while (str_split(&rest, '/', &part)) {
		if (!first)
			buf_add_c(&out, '/');
		first = false;
		url_component(&out, part);
	}
	if (path.len && path.ptr[path.len - 1] == '/' &&
	    (!out.len || out.ptr[out.len - 1] != '/'))
		buf_add_c(&out, '/');
	url = arena_str(a, buf_str(&out));
	buf_clear(&out);
	return url;
}

static int
folded(char c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : (unsigned char)c;
}

/* Runs of digits by value, the rest by letter without case; bytes break ties.
 */
int
name_compare(struct str x, struct str y)
{
	size_t i = 0, k = 0;

	while (i < x.len && k < y.len) {
		size_t xn = 0, yn = 0;
		int order;

		while (i < x.len && x.ptr[i] == '0' && i + 1 < x.len &&
		    is_digit(x.ptr[i + 1]))
			i++;
		while (k < y.len && y.ptr[k] == '0' && k + 1 < y.len &&
		    is_digit(y.ptr[k + 1]))
			k++;
		while (i + xn < x.len && is_digit(x.ptr[i + xn]))
			xn++;
		while (k + yn < y.len && is_digit(y.ptr[k + yn]))
			yn++;
		if (xn && yn) {
			if (xn != yn)
				return xn < yn ? -1 : 1;
			order = str_cmp(str_sub(x, i, xn), str_sub(y, k, yn));
			i += xn;
			k += yn;
		} else {
			int c = folded(x.ptr[i++]), e = folded(y.ptr[k++]);

			order = (c > e) - (c < e);
		}
		if (order)
			return order;
	}
	if (x.len - i != y.len - k)
		return x.len - i < y.len - k ? -1 : 1;
	return str_cmp(x, y);
}
