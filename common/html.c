#include "html.h"

/* What a byte becomes in text and quoted attributes; NULL: itself. */
static const char *const text_escape[256] = {
	['&'] = "&amp;",
	['<'] = "&lt;",
	['>'] = "&gt;",
	['"'] = "&quot;",
	['\''] = "&#39;",
};

void
html_text(struct buf *out, struct str s)
{
	size_t run = 0;

	for (size_t i = 0; i < s.len; i++) {
		const char *escape = text_escape[(unsigned char)s.ptr[i]];

		if (!escape)
			continue;
		buf_add_bytes(out, s.ptr + run, i - run);
		buf_add_z(out, escape);
		run = i + 1;
	}
	if (run < s.len)
		buf_add_bytes(out, s.ptr + run, s.len - run);
}

void
html_attr(struct buf *out, struct str s)
{
	html_text(out, s);
}

static bool
is_alnum(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z');
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static void
add_percent(struct buf *out, unsigned char byte)
{
	static const char digits[] = "0123456789ABCDEF";
	const char bytes[3] = { '%', digits[byte >> 4], digits[byte & 15] };

	buf_add_bytes(out, bytes, sizeof bytes);
}

enum { SCHEME_ROOM = 32 };

/*
 * The scheme as a browser reads it (URL Standard, 4.4): leading controls and
 * spaces, tabs and line ends do not count, case neither. Returns the index
 * after the colon, or 0 when the address has no scheme.
 */
static size_t
read_scheme(struct str url, char name[SCHEME_ROOM])
{
	size_t len = 0, i = 0;

	while (i < url.len && (unsigned char)url.ptr[i] <= ' ')
		i++;
	for (; i < url.len; i++) {
		char c = url.ptr[i];

		if (c == '\t' || c == '\n' || c == '\r')
			continue;
		if (c == ':') {
			name[len] = '\0';
			return len ? i + 1 : 0;
		}
		if (!is_alnum((unsigned char)c) && c != '+' && c != '-' &&
		    c != '.')
			return 0;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c + ('a' - 'A'));
		if (len < SCHEME_ROOM - 1)
			name[len++] = c;
	}
	return 0;
}

static bool
is_harmless(struct str url)
{
	static const struct str images[] = { { "image/png", 9 },
		{ "image/gif", 9 }, { "image/jpeg", 10 }, { "image/webp", 10 },
		{ "image/avif", 10 } };
	static const char *const refused[] = { "javascript", "vbscript", "file",
		"data" };
	char name[SCHEME_ROOM];
	size_t colon = read_scheme(url, name);
	struct str rest = str_from_at(url, colon);

	if (!colon)
		return true;
	if (!strcmp(name, "data")) {
		for (size_t i = 0; i < sizeof images / sizeof *images; i++) {
			struct str type = str_sub(rest, 0, images[i].len);

			if (str_eq_nocase(type, images[i]) &&
			    rest.len > type.len &&
			    (rest.ptr[type.len] == ';' ||
				rest.ptr[type.len] == ','))
				return true;
		}
	}
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		if (!strcmp(name, refused[i]))
			return false;
	}
	return true;
}

/* What may stand in an address as it is, besides '%' before two digits. */
static bool
is_url_plain(unsigned char c)
{
	return is_alnum(c) || (c && strchr("!#$()*+,-./:;=?@[]_~", c));
}

static bool
is_escape(struct str s, size_t i)
{
	return i + 2 < s.len && s.ptr[i] == '%' &&
	    hex_digit(s.ptr[i + 1]) >= 0 && hex_digit(s.ptr[i + 2]) >= 0;
}

bool
html_href(struct buf *out, struct str url)
{
	size_t run = 0;

	url = str_trim(url);
	if (!is_harmless(url)) {
		buf_add_c(out, '#');
		return false;
	}
	for (size_t i = 0; i < url.len; i++) {
		unsigned char c = (unsigned char)url.ptr[i];

		if (is_url_plain(c) || is_escape(url, i))
			continue;
		buf_add_bytes(out, url.ptr + run, i - run);
		if (c == '&')
			buf_add(out, STR("&amp;"));
		else if (c == '\'')
			buf_add(out, STR("&#39;"));
		else
			add_percent(out, c);
		run = i + 1;
	}
	if (run < url.len)
		buf_add_bytes(out, url.ptr + run, url.len - run);
	return true;
}

void
url_component(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~')
			buf_add_c(out, s.ptr[i]);
		else
			add_percent(out, c);
	}
}

bool
url_decode(struct buf *out, struct str s, bool plus_is_space)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (c == '%') {
			if (!is_escape(s, i))
				return false;
			c = (char)(hex_digit(s.ptr[i + 1]) << 4 |
			    hex_digit(s.ptr[i + 2]));
			i += 2;
		} else if (c == '+' && plus_is_space) {
			c = ' ';
		}
		if (!c)
			return false;
		buf_add_c(out, c);
	}
	return true;
}
