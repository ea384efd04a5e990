#include "client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/random.h>

struct ip {
	unsigned char bits[16]; /* IPv4 mapped into IPv6 */
};

static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

static bool
ip_from(struct str s, struct ip *ip)
{
	char text[64];

	if (!s.len || s.len >= sizeof(text))
		return false;
	memcpy(text, s.ptr, s.len);
	text[s.len] = '\0';
	memcpy(ip->bits, mapped, sizeof(mapped));
	return inet_pton(AF_INET, text, ip->bits + 12) == 1 ||
	    inet_pton(AF_INET6, text, ip->bits) == 1;
}

static bool
ip_of(const struct sockaddr *sa, struct ip *ip)
{
	if (sa->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, sa, sizeof(in));
		memcpy(ip->bits, mapped, sizeof(mapped));
		memcpy(ip->bits + 12, &in.sin_addr, 4);
		return true;
	}
	if (sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, sa, sizeof(in6));
		memcpy(ip->bits, &in6.sin6_addr, 16);
		return true;
	}
	return false;
}

static bool
is_mapped(const struct ip *ip)
{
	return !memcmp(ip->bits, mapped, sizeof(mapped));
}

static bool
is_loopback(const struct ip *ip)
{
	static const unsigned char one[16] = { [15] = 1 };

	return is_mapped(ip) ? ip->bits[12] == 127
			     : !memcmp(ip->bits, one, sizeof(one));
}

void
client_text(const struct sockaddr *sa, char out[CLIENT_TEXT])
{
	struct ip ip;

	out[0] = '\0';
	if (!ip_of(sa, &ip))
		return;
	if (is_mapped(&ip))
		inet_ntop(AF_INET, ip.bits + 12, out, CLIENT_TEXT);
	else
		inet_ntop(AF_INET6, ip.bits, out, CLIENT_TEXT);
}

static bool
is_in(const struct ip *ip, struct str network)
{
	size_t slash = str_find(network, '/');
	int64_t width = 128;
	struct ip net;

	if (!ip_from(str_sub(network, 0, slash), &net))
		return false;
	if (slash < network.len) {
		if (!str_to_i64(str_from_at(network, slash + 1), &width) ||
		    width < 0)
			return false;
		width += is_mapped(&net) ? 96 : 0;
	}
	if (width > 128)
		return false;
	for (size_t bit = 0; bit < (size_t)width; bit++) {
		unsigned char mask = (unsigned char)(0x80 >> bit % 8);

		if ((ip->bits[bit / 8] ^ net.bits[bit / 8]) & mask)
			return false;
	}
	return true;
}

static bool
is_proxy(const struct ip *ip, const struct strs *proxies)
{
	for (size_t i = 0; i < proxies->count; i++) {
		if (is_in(ip, proxies->at[i]))
			return true;
	}
	return false;
}

bool
client_is_trusted(struct str address, const struct strs *proxies)
{
	struct ip ip;

	return ip_from(address, &ip) &&
	    (is_proxy(&ip, proxies) || is_loopback(&ip));
}

bool
client_is_free(const struct sockaddr *sa, const struct strs *proxies)
{
	struct ip ip;

	return ip_of(sa, &ip) && (is_proxy(&ip, proxies) || is_loopback(&ip));
}

bool
client_is_proxy(const struct sockaddr *sa, const struct strs *proxies)
{
	struct ip ip;

	return ip_of(sa, &ip) && is_proxy(&ip, proxies);
}

struct str
client_origin(
    struct str address, struct str forwarded_for, const struct strs *proxies)
{
	struct str rest = forwarded_for;
	struct ip ip;

	/* Nobody but a listed proxy may say whom it speaks for. */
	while (
	    rest.len && proxies->count && client_is_trusted(address, proxies)) {
		size_t comma = str_rfind(rest, ',');
		bool last = comma == rest.len;
		struct str one =
		    str_trim(str_from_at(rest, last ? 0 : comma + 1));

		if (!ip_from(one, &ip))
			break;
		address = one;
		rest = str_sub(rest, 0, last ? 0 : comma);
	}
	return address;
}

void
client_counts_init(struct client_counts *c)
{
	if (getrandom(&c->key, sizeof(c->key), 0) != sizeof(c->key))
		c->key = (uint64_t)(uintptr_t)c;
	c->key |= 1;
	for (size_t i = 0; i < CLIENT_SLOTS; i++)
		atomic_init(&c->at[i], 0);
}

/* `key` is odd. */
static uint64_t
hash_ip(uint64_t key, const struct ip *ip)
{
	uint64_t high, low = 0, h;

	memcpy(&high, ip->bits, 8);
	if (is_mapped(ip))
		memcpy(&low, ip->bits + 8, 8);
	h = (high ^ key) * UINT64_C(0x9e3779b97f4a7c15);
	h = (h ^ h >> 29 ^ low) * key;
	return h ^ h >> 32;
}

atomic_uint *
client_count(struct client_counts *c, const struct sockaddr *sa)
{
	struct ip ip = { { 0 } };

	ip_of(sa, &ip);
	return &c->at[hash_ip(c->key, &ip) % CLIENT_SLOTS];
}

uint64_t
client_hash(uint64_t key, struct str address)
{
	struct ip ip = { { 0 } };

	if (!ip_from(address, &ip))
		memset(&ip, 0, sizeof(ip));
	return hash_ip(key | 1, &ip);
}
