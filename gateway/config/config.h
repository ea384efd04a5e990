/*
 * config.h - gate.yaml: where things are and how the gateway behaves.
 *
 * Secrets are never in it: it names the files that hold them, so it may be read
 * by the front process. Every fault is reported with its line, all in one run.
 *
 *	url: https://learn.example.org      required; https, or http on loopback
 *	site: /srv/pennypress/site          required; pennypress' --out folder
 *	listen: 127.0.0.1:8080              default; [::1]:8080, *:80
 *	serve_public: yes                   default no: only /m/ and the like
 *	data: /var/lib/pennygate            required; orders.db is made in it
 *	keys: /etc/pennygate/keys           required; <kid>.key files, mode 0600
 *	token_hours: 12                     1 to 720
 *	trusted_proxies: [127.0.0.1]        whose X-Forwarded-For counts
 *	payment:
 *	  base: https://api.stripe.com      default; http only on loopback
 *	  secret_key_file: /etc/pennygate/stripe.key        mode 0600 or 0400
 *	  webhook_secret_file: /etc/pennygate/webhook.key   one secret a line
 *	  api_version: 2026-10-28.endive    default: the one we are tested with
 *	  checkout_origins: [https://checkout.stripe.com]   for form-action
 *	  automatic_tax: no
 *	  promotion_codes: no
 *	events:                             what readers did; off by default
 *	  readers: no                       no | ask | yes: signed-in readers
 *	  beacon: no                        take what the site's script reports
 *	  rotate_days: 90                   1 to 400: another id for a reader
 *	  keep_days: 400                    1 to 1100: then they are deleted
 *	reconcile_minutes: 15               1 to 1440
 *	user: pennygate                     to become when started as root
 *	sandbox: required                   or best-effort (log and go on)
 *	threads: 0                          0: one a processor
 *	connections: 10000
 *
 * Paths may be relative to the file's folder.
 */
#ifndef CONFIG_H
#define CONFIG_H

#include "diag.h"
#include "manifest.h" /* struct strs */

#define CONFIG_API_VERSION "2026-10-28.endive" /* we are tested with it */

/* What `pennygate init` writes in place of a payment key; never a real one. */
#define CONFIG_EXAMPLE_KEY "sk_test_put_your_own_key_here"

enum events_readers {
	EVENTS_READERS_NO,
	EVENTS_READERS_ASK, /* of those who agreed */
	EVENTS_READERS_YES, /* unless they said no */
};

enum { CONFIG_ROTATE_MOST = 400 }; /* days */

struct config {
	struct str path; /* of the file */
	struct str url, origin; /* origin: scheme://host[:port] of url */
	struct str site;
	struct str listen_host; /* "" for all addresses */
	uint16_t listen_port;
	bool serve_public;
	struct str data, keys;
	int64_t token_seconds;
	struct strs trusted_proxies;
	struct str payment_base, secret_key_file, webhook_secret_file;
	struct str api_version;
	struct strs checkout_origins;
	bool automatic_tax, promotion_codes;
	enum events_readers events_readers;
	bool events_beacon; /* POST /event is taken */
	int64_t events_rotate_days, events_keep_days;
	int64_t reconcile_seconds;
	struct str user;
	bool sandbox_required;
	unsigned threads, connections;
	bool loopback; /* url is http://localhost or a loopback address */
	const struct yaml *tree; /* what it was read from, for config_check */
};

/*
 * NULL when the file cannot be read or has an error (in `d`). Checks the text
 * only; config_check also looks at what it names: folders, key files and their
 * modes, a release of a known format, the user.
 */
const struct config *config_read(struct arena *a, const char *path,
    struct diag *d) __attribute__((warn_unused_result));
bool config_check(const struct config *c, struct diag *d);

#endif
