#include "keyring.h"

#include "crypto.h"
#include "file.h"
#include "secret_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAGIC "pennygate-key-1 "

enum {
	STAMP = 20, /* 2026-03-01T12:00:00Z */
	KEY_FILE = 256, /* bytes; a whole one has 81 */
	SEED_TEXT = 43,
	FILE_NAME = TOKEN_KID + sizeof(".key"),
};

struct key_file {
	char name[FILE_NAME]; /* <kid>.key */
	char stamp[STAMP + 1];
	struct token_signer signer;
};

static void
fault(struct diag *d, const char *folder, const char *name, const char *hint,
    const char *what)
{
	struct buf path;

	buf_init(&path, LIMIT_PATH);
	buf_printf(&path, "%s%s%s", folder, *name ? "/" : "", name);
	diag_add(d, DIAG_ERROR, (struct where){ .path = buf_str(&path) }, hint,
	    "%s", what);
	buf_clear(&path);
}

static bool
is_stamp(struct str s)
{
	static const char form[] = "dddd-dd-ddTdd:dd:ddZ";

	if (s.len != STAMP)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		bool digit = s.ptr[i] >= '0' && s.ptr[i] <= '9';

		if (form[i] == 'd' ? !digit : s.ptr[i] != form[i])
			return false;
	}
	return true;
}

/* False when the text is not the form in the header. */
static bool
key_parse(struct str text, struct key_file *k)
{
	unsigned char seed[TOKEN_SEED_BYTES];
	struct str line;
	size_t len;
	bool good;

	if (!str_split(&text, '\n', &line) || !str_starts(line, STR(MAGIC)))
		return false;
	line = str_from_at(line, sizeof(MAGIC) - 1);
	if (!is_stamp(line))
		return false;
	memcpy(k->stamp, line.ptr, STAMP);
	k->stamp[STAMP] = '\0';
	line = str_trim(text);
	good = line.len == SEED_TEXT &&
	    base64url_read(line, seed, sizeof(seed), &len) &&
	    len == sizeof(seed);
	if (good)
		token_signer_from_seed(&k->signer, seed);
	crypto_wipe(seed, sizeof(seed));
	return good;
}

static bool
key_read(const char *folder, struct key_file *k, struct diag *d)
{
	char path[LIMIT_PATH], text[KEY_FILE], want[FILE_NAME];
	const char *refusal;
	bool good = false;
	size_t len;
	int n = snprintf(path, sizeof(path), "%s/%s", folder, k->name);

	if (n < 0 || (size_t)n >= sizeof(path)) {
		fault(d, folder, k->name, NULL, "the path is too long");
		return false;
	}
	refusal = secret_file_read(path, text, sizeof(text), &len);
	if (refusal) {
		fault(d, folder, k->name, NULL, refusal);
	} else if (!key_parse(str_of(text, len), k)) {
		fault(d, folder, k->name, "pennygate keygen makes one",
		    "is not a signing key");
	} else {
		snprintf(
		    want, sizeof(want), "%s.key", k->signer.public_key.kid);
		good = !strcmp(want, k->name);
		if (!good)
			fault(d, folder, k->name, NULL,
			    "holds another key than its name says");
	}
	crypto_wipe(text, sizeof(text));
	return good;
}

/* Newest first. */
static int
key_order(const void *a, const void *b)
{
	const struct key_file *one = a, *other = b;
	int order = strcmp(other->stamp, one->stamp);

	return order ? order : strcmp(one->name, other->name);
}

static bool
is_key_name(const char *name)
{
	return str_ends(str_from(name), STR(".key")) && name[0] != '.';
}

/* Reads up to TOKEN_KEYS keys; faults are reported and counted out. */
static size_t
keys_read(DIR *dir, const char *folder, struct key_file *keys, struct diag *d)
{
	size_t count = 0;
	const struct dirent *entry;

	while ((entry = readdir(dir))) {
		if (!is_key_name(entry->d_name))
			continue;
		if (strlen(entry->d_name) >= FILE_NAME) {
			fault(d, folder, entry->d_name, NULL,
			    "is not named after a key");
			continue;
		}
		if (count == TOKEN_KEYS) {
			fault(d, folder, "", "remove keys that are out of use",
			    "has more than 8 keys");
			break;
		}
		memcpy(
		    keys[count].name, entry->d_name, strlen(entry->d_name) + 1);
		count += key_read(folder, &keys[count], d);
	}
	return count;
}

bool
keyring_read(const char *folder, struct keyring *k, struct diag *d)
{
	size_t errors = d->errors, count = 0;
	struct key_file *keys = NULL;
	DIR *dir = opendir(folder);

	memset(k, 0, sizeof(*k));
	if (!dir) {
		fault(d, folder, "", "pennygate keygen makes it and a key",
		    strerror(errno));
		return false;
	}
	keys = crypto_alloc(TOKEN_KEYS * sizeof(*keys));
	if (!keys) {
		fault(d, folder, "", NULL, "no memory for the keys");
		goto out;
	}
	count = keys_read(dir, folder, keys, d);
	if (!count && d->errors == errors)
		fault(d, folder, "", "pennygate keygen makes one",
		    "has no signing key");
	if (!count)
		goto out;
	qsort(keys, count, sizeof(*keys), key_order);
	k->signer = keys[0].signer;
	for (size_t i = 0; i < count; i++)
		k->keys.at[k->keys.count++] = keys[i].signer.public_key;
out:
	if (keys)
		crypto_free(keys);
	closedir(dir);
	return d->errors == errors;
}

/* The text of a new key file. */
static bool
key_print(char *text, size_t room, const unsigned char *seed, size_t *len)
{
	char stamp[STAMP + 1], line[SEED_TEXT + 1];
	time_t now = time(NULL);
	struct tm tm;
	int n;

	if (!gmtime_r(&now, &tm) ||
	    strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &tm) != STAMP)
		return false;
	base64url_print(line, sizeof(line), seed, TOKEN_SEED_BYTES);
	n = snprintf(text, room, MAGIC "%s\n%s\n", stamp, line);
	crypto_wipe(line, sizeof(line));
	*len = n > 0 ? (size_t)n : 0;
	return n > 0 && (size_t)n < room;
}

static bool
folder_make(const char *folder, struct diag *d)
{
	mode_t old = umask(077);
	bool made = file_mkdirs(AT_FDCWD, folder);

	umask(old);
	if (!made)
		fault(d, folder, "", NULL, strerror(errno));
	return made;
}

bool
keyring_generate(const char *folder, char kid[TOKEN_KID + 1], struct diag *d)
{
	char path[LIMIT_PATH], text[KEY_FILE];
	unsigned char seed[TOKEN_SEED_BYTES];
	struct token_signer signer;
	bool done = false;
	size_t len = 0;
	int n;

	if (!folder_make(folder, d))
		return false;
	crypto_random(seed, sizeof(seed));
	token_signer_from_seed(&signer, seed);
	memcpy(kid, signer.public_key.kid, TOKEN_KID + 1);
	n = snprintf(path, sizeof(path), "%s/%s.key", folder, kid);
	if (n < 0 || (size_t)n >= sizeof(path))
		fault(d, folder, "", NULL, "the path is too long");
	else if (!key_print(text, sizeof(text), seed, &len))
		fault(d, folder, "", NULL, "the clock gives no date");
	else if (!file_create(AT_FDCWD, path, str_of(text, len), 0600))
		fault(d, path, "", NULL, strerror(errno));
	else
		done = true;
	crypto_wipe(seed, sizeof(seed));
	crypto_wipe(&signer, sizeof(signer));
	crypto_wipe(text, sizeof(text));
	return done;
}

void
keyring_clear(struct keyring *k)
{
	crypto_wipe(k, sizeof(*k));
}
