#include "crypto.h"
#include "log.h"
#include "till_private.h"

#include <stdio.h>
#include <string.h>

/* A key or secret has no spaces and nothing that could end a header line. */
static bool
is_secret(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] <= ' ' || s.ptr[i] >= 0x7f)
			return false;
	}
	return s.len > 0 && s.len <= 400;
}

static bool
read_text(const char *path, char *text, size_t room, struct str *out)
{
	size_t len;
	const char *refusal = secret_file_read(path, text, room, &len);

	if (refusal) {
		log_error("%s %s", path, refusal);
		return false;
	}
	*out = str_trim(str_of(text, len));
	return true;
}

static bool
read_key(const struct config *c, struct till_secrets *s)
{
	const char *path = c->secret_key_file.ptr;

	if (!read_text(path, s->key_text, sizeof(s->key_text), &s->key))
		return false;
	if (is_secret(s->key))
		return true;
	log_error("%s holds no payment key: one line, as sk_test_...", path);
	return false;
}

static bool
read_webhook(const struct config *c, struct till_secrets *s)
{
	const char *path = c->webhook_secret_file.ptr;
	struct str text, line;

	if (!read_text(path, s->webhook_text, sizeof(s->webhook_text), &text))
		return false;
	while (str_split(&text, '\n', &line)) {
		line = str_trim(line);
		if (!line.len || line.ptr[0] == '#')
			continue;
		if (!is_secret(line) || s->webhooks == TILL_WEBHOOK_SECRETS) {
			log_error("%s: one secret a line, at most %d", path,
			    TILL_WEBHOOK_SECRETS);
			return false;
		}
		s->webhook[s->webhooks++] = line;
	}
	if (!s->webhooks)
		log_error("%s holds no webhook secret", path);
	return s->webhooks > 0;
}

static bool
read_ring(const struct config *c, struct till_secrets *s)
{
	struct diag d;
	bool good;

	diag_init(&d);
	good = keyring_read(c->keys.ptr, &s->ring, &d);
	if (!good)
		diag_print(&d, stderr, NULL);
	diag_clear(&d);
	return good;
}

struct till_secrets *
secrets_read(const struct config *c)
{
	struct till_secrets *s = crypto_alloc(sizeof(*s));

	if (!s) {
		log_error("no memory for secrets");
		return NULL;
	}
	memset(s, 0, sizeof(*s));
	if (read_ring(c, s) && read_key(c, s) && read_webhook(c, s))
		return s;
	secrets_free(s);
	return NULL;
}

void
secrets_free(struct till_secrets *s)
{
	if (s)
		crypto_free(s);
}
