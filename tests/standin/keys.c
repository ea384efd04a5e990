#include "keys.h"

#include "crypto.h"
#include "json.h"
#include "tree.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct mint_keys {
	struct mint_key *at;
	size_t count, room;
};

static void *
need(void *p)
{
	if (!p) {
		fputs("pennymint: out of memory\n", stderr);
		exit(1);
	}
	return p;
}

static char *
copy(struct str s)
{
	return need(strndup(s.len ? s.ptr : "", s.len));
}

struct mint_keys *
mint_keys_new(void)
{
	return need(calloc(1, sizeof(struct mint_keys)));
}

static void
clear(struct mint_key *k)
{
	free(k->key);
	free(k->address);
	free(k->request_id);
	free(k->body);
}

void
mint_keys_free(struct mint_keys *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < k->count; i++)
		clear(&k->at[i]);
	free(k->at);
	free(k);
}

static uint64_t
hash_text(struct str s)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.ptr[i]) * 1099511628211u;
	return h;
}

static struct mint_key *
find(struct mint_keys *k, struct str key)
{
	uint64_t hash = hash_text(key);

	for (size_t i = 0; i < k->count; i++) {
		if (k->at[i].hash == hash && str_eq_z(key, k->at[i].key))
			return &k->at[i];
	}
	return NULL;
}

static void
take_out(struct mint_keys *k, struct mint_key *at)
{
	clear(at);
	*at = k->at[--k->count];
}

static struct mint_key *
append(struct mint_keys *k, struct str key, struct str address)
{
	struct mint_key *at;

	if (k->count == k->room) {
		k->room = k->room ? k->room * 2 : 64;
		k->at = need(realloc(k->at, k->room * sizeof *k->at));
	}
	at = &k->at[k->count++];
	*at = (struct mint_key){ .hash = hash_text(key) };
	at->key = copy(key);
	at->address = copy(address);
	return at;
}

enum mint_key_state
mint_keys_begin(struct mint_keys *k, struct str key, struct str address,
    struct str params, int64_t now, const struct mint_key **found)
{
	struct mint_key *at = find(k, key);
	char digest[MINT_HMAC_TEXT + 1];

	mint_digest(params, digest);
	if (at && at->status && now - at->since >= MINT_KEY_SECONDS) {
		take_out(k, at);
		at = NULL;
	}
	*found = at;
	if (!at) {
		at = append(k, key, address);
		memcpy(at->params, digest, sizeof at->params);
		at->since = now;
		return MINT_KEY_NEW;
	}
	if (!str_eq_z(address, at->address))
		return MINT_KEY_ELSEWHERE;
	if (strcmp(digest, at->params) != 0)
		return MINT_KEY_DIFFERENT;
	return at->status ? MINT_KEY_DONE : MINT_KEY_BUSY;
}

void
mint_keys_end(struct mint_keys *k, struct str key, unsigned status,
    struct str request_id, struct str body)
{
	struct mint_key *at = find(k, key);

	if (!at || at->status)
		return;
	at->status = status;
	at->request_id = copy(request_id);
	at->body = copy(body);
}

void
mint_keys_drop(struct mint_keys *k, struct str key)
{
	struct mint_key *at = find(k, key);

	if (at)
		take_out(k, at);
}

static void
add_member(struct buf *out, const char *name, const char *text)
{
	buf_printf(out, ",\"%s\":", name);
	json_write_str(out, str_from(text));
}

void
mint_keys_write(const struct mint_keys *k, struct buf *out)
{
	const char *comma = "\n";

	buf_add_z(out, "\"keys\":[");
	for (size_t i = 0; i < k->count; i++) {
		const struct mint_key *at = &k->at[i];

		if (!at->status)
			continue;
		buf_printf(out, "%s{\"since\":%" PRId64 ",\"status\":%u", comma,
		    at->since, at->status);
		add_member(out, "key", at->key);
		add_member(out, "address", at->address);
		add_member(out, "params", at->params);
		add_member(out, "request_id", at->request_id);
		add_member(out, "body", at->body);
		buf_add_c(out, '}');
		comma = ",\n";
	}
	buf_add_z(out, "]");
}

void
mint_keys_read(struct mint_keys *k, const struct value *list)
{
	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *v = value_at(list, i);
		struct str params = mint_str(v, "params");
		struct mint_key *at;

		if (params.len != MINT_HMAC_TEXT)
			continue;
		at = append(k, mint_str(v, "key"), mint_str(v, "address"));
		memcpy(at->params, params.ptr, params.len);
		at->since = mint_int(v, "since", 0);
		at->status = (unsigned)mint_int(v, "status", 500);
		at->request_id = copy(mint_str(v, "request_id"));
		at->body = copy(mint_str(v, "body"));
	}
}
