#include "command.h"
#include "configured.h"
#include "exports.h"

#include <getopt.h>
#include <stdio.h>
#include <time.h>

static const char usage[] = "usage: pennygate forget ORDER [-c FILE]\n";

struct words {
	const char *config, *order;
};

static void
say(const struct forgotten *f, const struct exports_done *done)
{
	printf("%lld notes deleted", (long long)f->notes);
	if (done->files)
		printf("; of %zu exported files %zu were changed", done->files,
		    done->changed);
	puts("");
	if (f->readers.count > 1)
		printf("%zu readers had opened this order: all are forgotten\n",
		    f->readers.count);
	puts("the orders stay: they are accounts; nothing else of hers is noted"
	     " or exported any more");
}

/* The files after the books: what is exported from then on has none of it. */
static int
forget(struct books *s, struct exports *e, struct arena *a, const char *order)
{
	struct exports_done done;
	struct forgotten f;
	bool good;

	switch (forget_order(s, a, str_from(order), time(NULL), &f)) {
	case BOOKS_OK:
		break;
	case BOOKS_NONE:
		fprintf(stderr, "pennygate: no order '%s'\n", order);
		return 1;
	case BOOKS_TAKEN:
	case BOOKS_FAILED:
		fputs("pennygate: nothing was deleted\n", stderr);
		return 1;
	}
	good = exports_forget(e, a, &f, &done);
	say(&f, &done);
	if (!good)
		fputs("pennygate: not every exported file could be changed:"
		      " delete those, or do it again\n",
		    stderr);
	return good ? 0 : 1;
}

static bool
read_words(int argc, char **argv, struct words *w)
{
	int option;

	while ((option = getopt(argc, argv, "c:")) != -1) {
		if (option != 'c')
			return false;
		w->config = optarg;
	}
	if (optind >= argc)
		return false;
	w->order = argv[optind++];
	return optind == argc;
}

int
command_forget(int argc, char **argv)
{
	struct words w = { .config = CONFIGURED_DEFAULT };
	struct exports e = { .folder = -1 };
	const struct config *c;
	struct books *s = NULL;
	struct arena a;
	int status = 1;

	if (!read_words(argc, argv, &w)) {
		fputs(usage, stderr);
		return 2;
	}
	arena_init(&a);
	c = configured(&a, w.config);
	if (c)
		s = books_open_change(c->data.ptr);
	if (s && exports_open(&e, &a, c, false) && exports_can_change(&e))
		status = forget(s, &e, &a, w.order);
	exports_close(&e);
	books_close(s);
	arena_clear(&a);
	return status;
}
