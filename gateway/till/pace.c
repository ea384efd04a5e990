#include "pace.h"

#include "crypto.h"

#include <string.h>

static uint64_t
key_of(struct str text)
{
	unsigned char digest[CRYPTO_DIGEST];
	uint64_t key;

	crypto_sha256(text, digest);
	memcpy(&key, digest, sizeof(key));
	return key ? key : 1;
}

static struct pace_entry *
entry_for(struct pace *p, uint64_t key, int64_t now_ms)
{
	struct pace_entry *oldest = &p->entries[0];

	for (size_t i = 0; i < PACE_ENTRIES; i++) {
		struct pace_entry *e = &p->entries[i];

		if (e->key == key)
			return e;
		if (!e->key || (oldest->key && e->at < oldest->at))
			oldest = e;
	}
	*oldest = (struct pace_entry){ .key = key, .at = now_ms };
	return oldest;
}

bool
pace_take(struct pace *p, struct str key, int64_t now_ms)
{
	struct pace_entry *e = entry_for(p, key_of(key), now_ms);
	int64_t back = (now_ms - e->at) / p->each_ms;

	if (back >= e->spent) {
		e->spent = 0;
		e->at = now_ms;
	} else if (back > 0) {
		e->spent -= back;
		e->at += back * p->each_ms;
	}
	if (e->spent >= p->burst)
		return false;
	e->spent++;
	return true;
}

struct str
pace_network(struct str address)
{
	size_t colons = 0;

	for (size_t i = 0; i < address.len; i++) {
		if (address.ptr[i] != ':')
			continue;
		if (i && address.ptr[i - 1] == ':')
			return str_sub(address, 0, i + 1);
		if (++colons == 4)
			return str_sub(address, 0, i);
	}
	return address;
}
