#include "crypto.h"
#include "param.h"
#include "server.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static const struct mint_settings defaults = {
	.listen = "127.0.0.1:9090",
	.secret_key = "sk_test_rehearsal",
	.webhook_secret = "whsec_rehearsal",
	.retry_ms = 1000,
	.attempts = 12,
	.delayed = 10,
};

enum {
	HELP = 1,
	VERSION,
	LISTEN,
	SECRET_KEY,
	WEBHOOK,
	WEBHOOK_SECRET,
	STATE,
	URL,
	MISBEHAVE,
	RETRY,
	ATTEMPTS,
	DELAYED,
	QUIET
};

static const struct {
	int id;
	const char *name, *value, *help;
} options[] = {
	{ LISTEN, "listen", "ADDRESS:PORT",
	    "where to listen (127.0.0.1:9090; port 0 picks one)" },
	{ SECRET_KEY, "secret-key", "KEY",
	    "the key clients must send (sk_test_rehearsal)" },
	{ WEBHOOK, "webhook", "URL", "deliver every event there; repeatable" },
	{ WEBHOOK_SECRET, "webhook-secret", "SECRET",
	    "what webhooks are signed with (whsec_rehearsal)" },
	{ STATE, "state", "FILE", "keep everything there across restarts" },
	{ URL, "url", "URL", "where browsers reach this server" },
	{ MISBEHAVE, "misbehave", "LIST",
	    "switches such as duplicate=2,500:3@/v1/refunds" },
	{ RETRY, "retry-ms", "MILLISECONDS",
	    "wait before a webhook's second attempt, then doubled (1000)" },
	{ ATTEMPTS, "attempts", "COUNT", "attempts at a webhook (12)" },
	{ DELAYED, "delayed", "SECONDS",
	    "how long a delayed payment of the page takes (10)" },
	{ QUIET, "quiet", NULL, "no line per request on standard error" },
	{ HELP, "help", NULL, "this text" },
	{ VERSION, "version", NULL, "the version" },
};
enum { OPTIONS = sizeof options / sizeof *options };

static void
usage(FILE *out)
{
	fputs("usage: pennymint [OPTION...]\n"
	      "A rehearsal of a payment service: no money moves.\n\n",
	    out);
	for (size_t i = 0; i < OPTIONS; i++) {
		char left[60];

		snprintf(left, sizeof left, "--%s%s%s", options[i].name,
		    options[i].value ? " " : "",
		    options[i].value ? options[i].value : "");
		fprintf(out, "  %-24s %s\n", left, options[i].help);
	}
	fputs("\nSee pennymint(1).\n", out);
}

static bool
number(
    const char *name, const char *text, int64_t low, int64_t high, int64_t *out)
{
	if (str_to_i64(str_from(text), out) && *out >= low && *out <= high)
		return true;
	fprintf(stderr,
	    "pennymint: --%s '%s': want a number from %lld to %lld\n", name,
	    text, (long long)low, (long long)high);
	return false;
}

static bool
add_webhook(struct mint_settings *s, const char *url)
{
	if (!mint_is_url(str_from(url))) {
		fprintf(stderr,
		    "pennymint: --webhook '%s': want an http or https "
		    "address\n",
		    url);
		return false;
	}
	if (s->webhooks == MINT_ENDPOINTS) {
		fprintf(
		    stderr, "pennymint: at most %d webhooks\n", MINT_ENDPOINTS);
		return false;
	}
	s->webhook[s->webhooks++] = url;
	return true;
}

static bool
set(struct mint_settings *s, int id, const char *value)
{
	switch (id) {
	case LISTEN:
		s->listen = value;
		return true;
	case SECRET_KEY:
		s->secret_key = value;
		return true;
	case WEBHOOK:
		return add_webhook(s, value);
	case WEBHOOK_SECRET:
		s->webhook_secret = value;
		return true;
	case STATE:
		s->state = value;
		return true;
	case URL:
		s->url = value;
		return true;
	case MISBEHAVE:
		s->misbehave = value;
		return true;
	case RETRY:
		return number("retry-ms", value, 1, 3600000, &s->retry_ms);
	case ATTEMPTS:
		return number("attempts", value, 1, 100, &s->attempts);
	case DELAYED:
		return number("delayed", value, 0, 86400, &s->delayed);
	case QUIET:
		s->quiet = true;
		return true;
	case HELP:
		usage(stdout);
		exit(0);
	case VERSION:
		puts("pennymint " PENNYPRESS_VERSION);
		exit(0);
	default:
		fputs("pennymint: see pennymint --help\n", stderr);
		return false;
	}
}

static bool
read_options(struct mint_settings *s, int argc, char **argv)
{
	struct option list[OPTIONS + 1] = { 0 };
	int id;

	for (size_t i = 0; i < OPTIONS; i++)
		list[i] = (struct option){ options[i].name,
			options[i].value ? required_argument : no_argument,
			NULL, options[i].id };
	while ((id = getopt_long(argc, argv, "", list, NULL)) != -1) {
		if (!set(s, id, optarg))
			return false;
	}
	if (optind < argc) {
		fprintf(stderr, "pennymint: '%s': want options only\n",
		    argv[optind]);
		return false;
	}
	return true;
}

int
main(int argc, char **argv)
{
	struct mint_settings settings = defaults;
	struct mint_server *server = NULL;
	struct mint mint;
	sigset_t ends;
	int which, status = 1;

	if (!read_options(&settings, argc, argv))
		return 2;
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	pthread_sigmask(SIG_BLOCK, &ends, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (!mint_crypto_start() || !mint_open(&mint, &settings))
		return 1;
	server = mint_server_start(&mint);
	if (server && mint_start(&mint)) {
		printf("pennymint: listening on %s\n", mint_server_url(server));
		fflush(stdout);
		sigwait(&ends, &which);
		status = 0;
	}
	mint_interrupt(&mint);
	mint_server_stop(server);
	mint_stop(&mint);
	mint_close(&mint);
	return status;
}
