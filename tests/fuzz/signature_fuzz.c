/*
 * The input is a header, a line end, a body. Without the secret nothing passes;
 * and a header of ours still passes with the input's body, and with whatever
 * other schemes the input puts after it only if they are schemes.
 */
#include "crypto.h"
#include "signature.h"

#include <stdio.h>
#include <stdlib.h>

enum { NOW = 1800000000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
sign(struct str secret, struct str body, char header[128])
{
	unsigned char digest[CRYPTO_DIGEST];
	const struct str parts[] = { STR("1800000000"), STR("."), body };
	int used = snprintf(header, 128, "t=%d,v1=", NOW);

	crypto_hmac_sha256(secret, parts, 3, digest);
	for (size_t i = 0; i < sizeof digest; i++)
		used += snprintf(
		    header + used, 128 - (size_t)used, "%02x", digest[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str secrets[] = { { "whsec_a", 7 }, { "whsec_b", 7 } };
	struct str text = str_of((const char *)data, size), header;
	char ours[128];

	if (!str_split(&text, '\n', &header))
		return 0;
	if (signature_good(header, text, secrets, 2, NOW))
		abort(); /* or HMAC-SHA-256 was broken */
	sign(secrets[1], text, ours);
	if (!signature_good(str_from(ours), text, secrets, 2, NOW) ||
	    signature_good(str_from(ours), text, secrets, 1, NOW) ||
	    signature_good(str_from(ours), text, secrets, 2, NOW + 301))
		abort();
	return 0;
}
