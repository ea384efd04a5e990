#include "books_private.h"

static const char *const names[EVENT_STATES] = {
	[EVENT_STORED] = "stored",
	[EVENT_PARKED] = "parked",
	[EVENT_DONE] = "done",
	[EVENT_IGNORED] = "ignored",
	[EVENT_QUARANTINED] = "quarantined",
};

const char *
event_state_name(enum event_state state)
{
	return names[state];
}

static enum event_state
state_find(struct str name)
{
	for (enum event_state i = 0; i < EVENT_STATES; i++) {
		if (str_eq_z(name, names[i]))
			return i;
	}
	return EVENT_QUARANTINED;
}

enum books_result
books_event_add(struct books *s, const struct event *e, struct str raw)
{
	return BOOKS_RUN(s, SQL_EVENT_ADD, "sssbisis", e->id, e->type,
	    e->object, raw, e->received, str_from(names[e->state]), e->next,
	    e->note);
}

static enum books_result
events_rest(struct books *s, struct arena *a, size_t n, enum db_result result,
    struct event_list *out)
{
	struct db *db = s->db;

	for (; result == DB_ROW; result = db_next(db, n)) {
		struct event e = { .seq = db_int(db, n, 0),
			.id = db_text(db, n, 1, a),
			.type = db_text(db, n, 2, a),
			.object = db_text(db, n, 3, a),
			.order = db_text(db, n, 4, a),
			.state = state_find(db_text(db, n, 5, a)),
			.received = db_int(db, n, 6),
			.tries = db_int(db, n, 7),
			.next = db_int(db, n, 8),
			.note = db_text(db, n, 9, a) };

		ARENA_PUSH(a, *out, e);
	}
	db_end(db, n);
	return result == DB_NONE ? BOOKS_OK : books_result_of(result);
}

enum books_result
books_events_due(struct books *s, struct arena *a, int64_t now, size_t limit,
    struct event_list *out)
{
	return events_rest(s, a, SQL_EVENTS_DUE,
	    db_one(s->db, SQL_EVENTS_DUE, "ii", now, (int64_t)limit), out);
}

static int64_t
one_number(struct books *s, size_t n, enum db_result result)
{
	int64_t value = result == DB_ROW ? db_int(s->db, n, 0) : -1;

	db_end(s->db, n);
	return value;
}

int64_t
books_event_next_due(struct books *s, int64_t now)
{
	const size_t n = SQL_EVENT_NEXT_DUE;
	int64_t next = one_number(s, n, db_one(s->db, n, "i", now));

	return next > 0 ? next : -1;
}

int64_t
books_events_waiting(struct books *s)
{
	const size_t n = SQL_EVENTS_WAITING;

	return one_number(s, n, db_one(s->db, n, ""));
}

int64_t
books_event_last(struct books *s)
{
	const size_t n = SQL_EVENT_LAST;

	return one_number(s, n, db_one(s->db, n, ""));
}

enum books_result
books_events_settle(struct books *s, struct str object, int64_t seq,
    enum event_state state, struct str order, struct str note)
{
	return BOOKS_RUN(s, SQL_EVENTS_SETTLE, "sisss", object, seq,
	    str_from(names[state]), order, note);
}

enum books_result
books_events_park(struct books *s, struct str object, int64_t seq, int64_t next,
    struct str note)
{
	return BOOKS_RUN(s, SQL_EVENTS_PARK, "siis", object, seq, next, note);
}

enum books_result
books_events_of(
    struct books *s, struct arena *a, struct str order, struct event_list *out)
{
	return events_rest(
	    s, a, SQL_EVENTS_OF, db_one(s->db, SQL_EVENTS_OF, "s", order), out);
}

enum books_result
books_events_stray(struct books *s, struct arena *a, struct event_list *out)
{
	return events_rest(
	    s, a, SQL_EVENTS_STRAY, db_one(s->db, SQL_EVENTS_STRAY, ""), out);
}
