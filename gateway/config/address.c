#include "address.h"

#include <arpa/inet.h>
#include <string.h>

static bool
ip_parse(struct str host, int family, unsigned char bits[16])
{
	char text[64];

	if (!host.len || host.len >= sizeof(text))
		return false;
	memcpy(text, host.ptr, host.len);
	text[host.len] = '\0';
	return strlen(text) == host.len && inet_pton(family, text, bits) == 1;
}

bool
address_is_ip(struct str host)
{
	unsigned char bits[16];

	return ip_parse(host, AF_INET, bits) || ip_parse(host, AF_INET6, bits);
}

bool
address_host_is_loopback(struct str host)
{
	static const unsigned char one[16] = { [15] = 1 };
	unsigned char bits[16];

	if (str_eq_nocase(host, STR("localhost")))
		return true;
	if (ip_parse(host, AF_INET, bits))
		return bits[0] == 127;
	return ip_parse(host, AF_INET6, bits) && !memcmp(bits, one, 16);
}

static bool
is_host_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

static bool
is_name(struct str host)
{
	if (!host.len || host.len > 253 || host.ptr[0] == '.')
		return false;
	for (size_t i = 0; i < host.len; i++) {
		if (!is_host_byte(host.ptr[i]) ||
		    (host.ptr[i] == '.' && i && host.ptr[i - 1] == '.'))
			return false;
	}
	return true;
}

/* host or [ipv6], then nothing or :port */
static const char *
authority_read(struct str text, struct address *out)
{
	struct str port;
	int64_t n;
	size_t end;

	if (str_find(text, '@') < text.len)
		return "has a user name in it";
	if (text.len && text.ptr[0] == '[') {
		end = str_find(text, ']');
		out->host = str_sub(text, 1, end ? end - 1 : 0);
		if (end == text.len ||
		    str_find(out->host, ':') == out->host.len ||
		    !address_is_ip(out->host))
			return "has no valid host";
		port = str_from_at(text, end + 1);
	} else {
		out->host = str_sub(text, 0, str_find(text, ':'));
		if (!is_name(out->host))
			return "has no valid host";
		port = str_from_at(text, out->host.len);
	}
	if (port.len &&
	    (port.ptr[0] != ':' || !str_to_i64(str_from_at(port, 1), &n) ||
		n < 1 || n > 65535))
		return "has no valid port";
	out->loopback = address_host_is_loopback(out->host);
	return NULL;
}

static size_t
span_authority(struct str s)
{
	size_t i = 0;

	while (
	    i < s.len && s.ptr[i] != '/' && s.ptr[i] != '?' && s.ptr[i] != '#')
		i++;
	return i;
}

const char *
address_read_page(struct str text, struct address *out)
{
	static const struct {
		struct str scheme;
		bool https;
	} schemes[] = {
		{ { "https://", 8 }, true },
		{ { "http://", 7 }, false },
	};
	struct str rest, authority;
	const char *refusal;
	size_t end = 0;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (c <= 0x20 || c >= 0x7f || strchr("\"<>\\^`{|}", c))
			return "has a character no address may have";
	}
	for (size_t i = 0; i < 2; i++) {
		if (str_starts(text, schemes[i].scheme)) {
			end = schemes[i].scheme.len;
			out->https = schemes[i].https;
		}
	}
	if (!end)
		return "does not begin with https://";
	rest = str_from_at(text, end);
	authority = str_sub(rest, 0, span_authority(rest));
	end += authority.len;
	out->text = text;
	out->origin = str_sub(text, 0, end);
	out->path = str_from_at(text, end);
	refusal = authority_read(authority, out);
	if (refusal)
		return refusal;
	if (!out->https && !out->loopback)
		return "is http, which only a loopback host may be";
	return NULL;
}

static bool
has_dot_segment(struct str path)
{
	struct str part;

	while (str_split(&path, '/', &part)) {
		if (str_eq_z(part, ".") || str_eq_z(part, ".."))
			return true;
	}
	return false;
}

const char *
address_read(struct str text, struct address *out)
{
	const char *refusal = address_read_page(text, out);

	if (refusal)
		return refusal;
	if (str_find(out->path, '?') < out->path.len)
		return "has a query";
	if (str_find(out->path, '#') < out->path.len)
		return "has a fragment";
	while (str_ends(out->path, STR("/"))) {
		out->path.len--;
		out->text.len--;
	}
	if (str_search(out->path, STR("//")) < out->path.len ||
	    has_dot_segment(out->path))
		return "has an empty or dotted part in its path";
	return NULL;
}
