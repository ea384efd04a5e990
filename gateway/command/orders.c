#include "books.h"
#include "command.h"
#include "configured.h"
#include "json.h"
#include "money.h"
#include "visible.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char usage[] = "usage: pennygate orders [list] [-c FILE]"
			    " [--json] [--limit N]\n"
			    "       pennygate orders show ID [-c FILE]"
			    " [--json]\n";

enum { JSON = 256, LIMIT, LIMIT_DEFAULT = 100, LIMIT_MOST = 100000 };

struct words {
	const char *config, *show;
	bool json;
	int64_t limit;
};

/* One order with all that hangs on it. */
struct dossier {
	struct order order;
	struct order_lines lines;
	struct fact_list facts;
	struct grant_list grants;
	struct event_list events;
	struct ledger_list ledger;
};

static struct str
show_time(struct arena *a, int64_t when)
{
	time_t t = (time_t)when;
	char text[32];
	struct tm tm;

	if (!when || !gmtime_r(&t, &tm))
		return STR("-");
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return arena_str(a, str_from(text));
}

static struct str
show_amount(struct arena *a, int64_t amount, struct str code)
{
	const struct currency *currency = currency_find(code);
	struct str text;
	struct buf out;

	if (!currency)
		return arena_printf(
		    a, "%lld %.*s", (long long)amount, STR_ARG(code));
	buf_init(&out, 64);
	money_plain(&out, amount, currency);
	text =
	    arena_printf(a, "%.*s %s", STR_ARG(buf_str(&out)), currency->code);
	buf_clear(&out);
	return text;
}

/* What came from outside, for a terminal. */
static struct str
safe(struct arena *a, struct str s)
{
	struct str text;
	struct buf out;

	buf_init(&out, 64 << 10);
	visible_add(&out, s);
	text = arena_str(a, buf_str(&out));
	buf_clear(&out);
	return text;
}

static struct value *
value_of_order(struct arena *a, const struct order *o)
{
	struct value *v = value_object(a);

	value_set_str(a, v, STR("id"), o->id);
	value_set_str(a, v, STR("state"), str_from(order_state_name(o->state)));
	value_set_int(a, v, STR("created"), o->created);
	value_set_str(a, v, STR("offer"), o->offer);
	value_set_str(a, v, STR("title"), o->title);
	value_set_str(a, v, STR("kind"), o->kind);
	value_set_int(a, v, STR("amount"), o->amount);
	value_set_str(a, v, STR("currency"), o->currency);
	value_set_int(a, v, STR("paid"), o->paid);
	value_set_int(a, v, STR("paid_at"), o->paid_at);
	value_set_bool(a, v, STR("livemode"), o->livemode);
	value_set_str(a, v, STR("reader"), o->reader);
	value_set_str(a, v, STR("page"), o->page);
	value_set_str(a, v, STR("lang"), o->lang);
	value_set_str(a, v, STR("session"), o->session);
	value_set_str(a, v, STR("payment"), o->payment);
	value_set_str(a, v, STR("subscription"), o->subscription);
	value_set_str(a, v, STR("quarantine"), o->quarantine);
	return v;
}

static struct value *
value_of_event(struct arena *a, const struct event *e)
{
	struct value *v = value_object(a);

	value_set_str(a, v, STR("id"), e->id);
	value_set_str(a, v, STR("type"), e->type);
	value_set_str(a, v, STR("object"), e->object);
	value_set_str(a, v, STR("state"), str_from(event_state_name(e->state)));
	value_set_int(a, v, STR("received"), e->received);
	value_set_int(a, v, STR("tries"), e->tries);
	value_set_str(a, v, STR("note"), e->note);
	return v;
}

static struct value *
value_of_events(struct arena *a, const struct event_list *events)
{
	struct value *list = value_list(a);

	for (size_t i = 0; i < events->count; i++)
		value_push(a, list, value_of_event(a, &events->at[i]));
	return list;
}

static struct value *
value_of_lines(struct arena *a, const struct order_lines *lines)
{
	struct value *list = value_list(a);

	for (size_t i = 0; i < lines->count; i++) {
		struct value *v = value_object(a);

		value_set_int(a, v, STR("line"), lines->at[i].line);
		value_set_str(a, v, STR("product"), lines->at[i].product);
		value_set_int(a, v, STR("amount"), lines->at[i].amount);
		value_push(a, list, v);
	}
	return list;
}

static struct value *
value_of_facts(struct arena *a, const struct fact_list *facts)
{
	struct value *list = value_list(a);

	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *f = &facts->at[i];
		struct value *v = value_object(a);

		value_set_str(
		    a, v, STR("kind"), str_from(fact_kind_name(f->kind)));
		value_set_str(a, v, STR("id"), f->id);
		value_set_str(a, v, STR("status"), f->status);
		value_set_int(a, v, STR("amount"), f->amount);
		value_set_str(a, v, STR("currency"), f->currency);
		value_set_int(a, v, STR("until"), f->until);
		value_set_str(a, v, STR("lines"), f->lines);
		value_set_int(a, v, STR("updated"), f->updated);
		value_push(a, list, v);
	}
	return list;
}

static struct value *
value_of_grants(struct arena *a, const struct grant_list *grants)
{
	struct value *list = value_list(a);

	for (size_t i = 0; i < grants->count; i++) {
		const struct grant *g = &grants->at[i];
		struct value *v = value_object(a);

		value_set_int(a, v, STR("line"), g->line);
		value_set_str(a, v, STR("product"), g->product);
		value_set_str(a, v, STR("reader"), g->reader);
		value_set_int(a, v, STR("granted"), g->granted);
		value_set_int(a, v, STR("until"), g->until);
		value_set_int(a, v, STR("revoked"), g->revoked);
		value_push(a, list, v);
	}
	return list;
}

static struct value *
value_of_ledger(struct arena *a, const struct ledger_list *ledger)
{
	struct value *list = value_list(a);

	for (size_t i = 0; i < ledger->count; i++) {
		const struct ledger_entry *e = &ledger->at[i];
		struct value *v = value_object(a);

		value_set_str(a, v, STR("source"), e->source);
		value_set_str(a, v, STR("kind"), e->kind);
		value_set_str(a, v, STR("account"), e->account);
		value_set_int(a, v, STR("amount"), e->amount);
		value_set_str(a, v, STR("currency"), e->currency);
		value_set_int(a, v, STR("at"), e->at);
		value_push(a, list, v);
	}
	return list;
}

static int
print_json(const struct value *v)
{
	struct buf out;
	bool good;

	buf_init(&out, LIMIT_MANIFEST);
	json_write(&out, v, true);
	buf_add_c(&out, '\n');
	good = buf_ok(&out) && fwrite(out.ptr, 1, out.len, stdout) == out.len;
	buf_clear(&out);
	return good ? 0 : 1;
}

static void
print_events(struct arena *a, const struct event_list *events)
{
	for (size_t i = 0; i < events->count; i++) {
		const struct event *e = &events->at[i];

		printf("  %s  %-11s  %s  %s%s%s\n",
		    show_time(a, e->received).ptr, event_state_name(e->state),
		    safe(a, e->type).ptr, safe(a, e->id).ptr,
		    e->note.len ? "  " : "", safe(a, e->note).ptr);
	}
}

static void
print_list(struct arena *a, const struct order_list *orders,
    const struct event_list *stray)
{
	size_t quarantined = 0;

	if (orders->count)
		printf("%-24s  %-20s  %-18s  %14s  %s\n", "ORDER", "TIME",
		    "STATE", "AMOUNT", "OFFER");
	for (size_t i = 0; i < orders->count; i++) {
		const struct order *o = &orders->at[i];

		quarantined += o->state == ORDER_QUARANTINED;
		printf("%-24s  %-20s  %-18s  %14s  %s\n", safe(a, o->id).ptr,
		    show_time(a, o->created).ptr, order_state_name(o->state),
		    show_amount(a, o->amount, o->currency).ptr,
		    safe(a, o->offer).ptr);
	}
	printf("%zu orders\n", orders->count);
	if (quarantined)
		printf("%zu quarantined: paid, but not what was ordered;"
		       " look at each with: pennygate orders show ID\n",
		    quarantined);
	if (stray->count) {
		printf("events that wait or are quarantined:\n");
		print_events(a, stray);
	}
}

static int
list_orders(struct books *s, struct arena *a, const struct words *w)
{
	struct order_list orders = { .count = 0 };
	struct event_list stray = { .count = 0 };
	struct value *v, *list;

	if (books_orders(s, a, (size_t)w->limit, &orders) != BOOKS_OK ||
	    books_events_stray(s, a, &stray) != BOOKS_OK)
		return 1;
	if (!w->json) {
		print_list(a, &orders, &stray);
		return 0;
	}
	v = value_object(a);
	list = value_list(a);
	for (size_t i = 0; i < orders.count; i++)
		value_push(a, list, value_of_order(a, &orders.at[i]));
	value_set(a, v, STR("orders"), list);
	value_set(a, v, STR("events"), value_of_events(a, &stray));
	return print_json(v);
}

static void
print_head(struct arena *a, const struct order *o)
{
	printf("order         %s\n", safe(a, o->id).ptr);
	printf("state         %s\n", order_state_name(o->state));
	if (o->quarantine.len)
		printf("quarantined   the session %s\n",
		    safe(a, o->quarantine).ptr);
	printf("created       %s\n", show_time(a, o->created).ptr);
	printf("offer         %s: %s (%s)\n", safe(a, o->offer).ptr,
	    safe(a, o->title).ptr, safe(a, o->kind).ptr);
	printf(
	    "amount        %s\n", show_amount(a, o->amount, o->currency).ptr);
	printf("paid          %s  %s\n",
	    show_amount(a, o->paid, o->currency).ptr,
	    show_time(a, o->paid_at).ptr);
	printf("reader        %s\n", safe(a, o->reader).ptr);
	printf("page          %s\n", safe(a, o->page).ptr);
	printf("session       %s\n", safe(a, o->session).ptr);
	printf("payment       %s\n", safe(a, o->payment).ptr);
	if (o->subscription.len)
		printf("subscription  %s\n", safe(a, o->subscription).ptr);
}

static void
print_dossier(struct arena *a, const struct dossier *d)
{
	print_head(a, &d->order);
	printf("facts\n");
	for (size_t i = 0; i < d->facts.count; i++) {
		const struct fact *f = &d->facts.at[i];

		printf("  %-12s  %-24s  %14s  %s\n", fact_kind_name(f->kind),
		    safe(a, f->status).ptr,
		    show_amount(a, f->amount, f->currency).ptr,
		    safe(a, f->id).ptr);
	}
	printf("grants\n");
	for (size_t i = 0; i < d->grants.count; i++) {
		const struct grant *g = &d->grants.at[i];

		printf("  %s  until %s  %s%s  reader %s\n",
		    safe(a, g->product).ptr,
		    g->until ? show_time(a, g->until).ptr : "ever",
		    g->revoked ? "revoked " : "stands",
		    g->revoked ? show_time(a, g->revoked).ptr : "",
		    safe(a, g->reader).ptr);
	}
	printf("ledger\n");
	for (size_t i = 0; i < d->ledger.count; i++) {
		const struct ledger_entry *e = &d->ledger.at[i];

		printf("  %s  %-14s  %-10s  %14s\n", show_time(a, e->at).ptr,
		    safe(a, e->kind).ptr, safe(a, e->account).ptr,
		    show_amount(a, e->amount, e->currency).ptr);
	}
	printf("events\n");
	print_events(a, &d->events);
}

static bool
read_dossier(struct books *s, struct arena *a, struct dossier *d)
{
	struct str id = d->order.id;

	return books_order_lines(s, a, id, &d->lines) == BOOKS_OK &&
	    books_facts(s, a, id, &d->facts) == BOOKS_OK &&
	    books_grants_of_order(s, a, id, &d->grants) == BOOKS_OK &&
	    books_events_of(s, a, id, &d->events) == BOOKS_OK &&
	    books_ledger_of(s, a, id, &d->ledger) == BOOKS_OK;
}

static int
show_order(struct books *s, struct arena *a, const struct words *w)
{
	struct dossier d = { .lines = { .count = 0 } };
	struct value *v;

	switch (books_order(s, a, str_from(w->show), &d.order)) {
	case BOOKS_OK:
		break;
	case BOOKS_NONE:
		fprintf(stderr, "pennygate: no order '%s'\n", w->show);
		return 1;
	case BOOKS_TAKEN:
	case BOOKS_FAILED:
		return 1;
	}
	if (!read_dossier(s, a, &d))
		return 1;
	if (!w->json) {
		print_dossier(a, &d);
		return 0;
	}
	v = value_of_order(a, &d.order);
	value_set(a, v, STR("lines"), value_of_lines(a, &d.lines));
	value_set(a, v, STR("facts"), value_of_facts(a, &d.facts));
	value_set(a, v, STR("grants"), value_of_grants(a, &d.grants));
	value_set(a, v, STR("ledger"), value_of_ledger(a, &d.ledger));
	value_set(a, v, STR("events"), value_of_events(a, &d.events));
	return print_json(v);
}

static bool
read_words(int argc, char **argv, struct words *w)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, JSON },
		{ "limit", required_argument, NULL, LIMIT },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "c:", options, NULL)) != -1) {
		if (option == 'c')
			w->config = optarg;
		else if (option == JSON)
			w->json = true;
		else if (option != LIMIT ||
		    !str_to_i64(str_from(optarg), &w->limit) || w->limit < 1 ||
		    w->limit > LIMIT_MOST)
			return false;
	}
	if (optind < argc && !strcmp(argv[optind], "show")) {
		if (++optind >= argc)
			return false;
		w->show = argv[optind++];
	} else if (optind < argc && !strcmp(argv[optind], "list")) {
		optind++;
	}
	return optind == argc;
}

int
command_orders(int argc, char **argv)
{
	struct words w = { .config = CONFIGURED_DEFAULT,
		.limit = LIMIT_DEFAULT };
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
		s = books_open_read(c->data.ptr);
	if (s)
		status =
		    w.show ? show_order(s, &a, &w) : list_orders(s, &a, &w);
	books_close(s);
	arena_clear(&a);
	return status;
}
