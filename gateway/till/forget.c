#include "forget.h"

#include "config.h"

#include <stdlib.h>
#include <string.h>

enum { HOUR = 3600 };

struct forgetting {
	struct books *books;
	struct arena *arena;
	struct activity_keys keys;
	struct forgotten *out;
};

static int
names_cmp(const void *a, const void *b)
{
	const struct pseudonym *x = a, *y = b;

	return memcmp(x->text, y->text, PSEUDONYM);
}

bool
forgotten_has(const struct forgotten *f, struct str name)
{
	struct pseudonym wanted;

	if (name.len != PSEUDONYM || !f->names.count)
		return false;
	memcpy(wanted.text, name.ptr, PSEUDONYM);
	return bsearch(&wanted, f->names.at, f->names.count, sizeof(wanted),
		   names_cmp) != NULL;
}

static void
order_names(struct pseudonym_list *names)
{
	size_t count = 0;

	if (!names->count)
		return;
	qsort(names->at, names->count, sizeof(*names->at), names_cmp);
	for (size_t i = 0; i < names->count; i++) {
		if (!count || names_cmp(&names->at[i], &names->at[count - 1]))
			names->at[count++] = names->at[i];
	}
	names->count = count;
}

static bool
has_reader(const struct id_list *readers, struct str reader)
{
	for (size_t i = 0; i < readers->count; i++) {
		if (str_eq(readers->at[i], reader))
			return true;
	}
	return false;
}

static enum books_result
find_readers(struct forgetting *f, struct str id)
{
	struct grant_list grants = { .count = 0 };
	struct order o;
	enum books_result result = books_order(f->books, f->arena, id, &o);

	if (result != BOOKS_OK)
		return result;
	ARENA_PUSH(f->arena, f->out->readers, o.reader);
	if (books_grants_of_order(f->books, f->arena, id, &grants) != BOOKS_OK)
		return BOOKS_FAILED;
	for (size_t i = 0; i < grants.count; i++) {
		if (!has_reader(&f->out->readers, grants.at[i].reader))
			ARENA_PUSH(
			    f->arena, f->out->readers, grants.at[i].reader);
	}
	return BOOKS_OK;
}

/* An hour more on both sides of the period, which may have been shortened just
 * after a note from a clock that is ahead. */
static bool
delete_notes(
    struct forgetting *f, const struct pseudonym_key *k, struct str reader)
{
	struct pseudonym name;
	int64_t deleted;

	pseudonym_of(k, reader, name.text);
	ARENA_PUSH(f->arena, f->out->names, name);
	deleted = books_activity_forget(f->books, str_from(name.text),
	    k->begins * PSEUDONYM_DAY - HOUR, k->ends * PSEUDONYM_DAY + HOUR);
	f->out->notes += deleted > 0 ? deleted : 0;
	return deleted >= 0;
}

/* A purchase of a time without a key was exported under the lasting one, as
 * rotate_days was set that day. */
static bool
name_purchases(struct forgetting *f, const struct pseudonym_key *lasting,
    struct str reader)
{
	struct time_list payments = { .count = 0 };
	struct pseudonym name;

	if (books_reader_payments(f->books, f->arena, reader, &payments) !=
	    BOOKS_OK)
		return false;
	for (size_t i = 0; i < payments.count; i++) {
		int64_t day = pseudonym_day(payments.at[i]);

		for (int64_t days = 1; days <= CONFIG_ROTATE_MOST; days++) {
			pseudonym_without_key(
			    lasting, day, days, reader, name.text);
			ARENA_PUSH(f->arena, f->out->names, name);
		}
	}
	return true;
}

static bool
forget_reader(struct forgetting *f, struct str reader, int64_t now)
{
	for (size_t i = 0; i < f->keys.count; i++) {
		const struct pseudonym_key *k = &f->keys.at[i];
		bool good = k->begins == PSEUDONYM_LASTING
		    ? name_purchases(f, k, reader)
		    : delete_notes(f, k, reader);

		if (!good)
			return false;
	}
	return books_reader_forget(f->books, reader, now) != BOOKS_FAILED;
}

static enum books_result
forget_readers(struct forgetting *f, struct str order, int64_t now)
{
	enum books_result result = find_readers(f, order);

	if (result != BOOKS_OK)
		return result;
	if (books_activity_keys(f->books, f->arena, &f->keys) != BOOKS_OK)
		return BOOKS_FAILED;
	for (size_t i = 0; i < f->out->readers.count; i++) {
		if (!forget_reader(f, f->out->readers.at[i], now))
			return BOOKS_FAILED;
	}
	return books_commit(f->books) ? BOOKS_OK : BOOKS_FAILED;
}

enum books_result
forget_order(struct books *s, struct arena *a, struct str order, int64_t now,
    struct forgotten *out)
{
	struct forgetting f = { .books = s, .arena = a, .out = out };
	enum books_result result = BOOKS_FAILED;

	*out = (struct forgotten){ .notes = 0 };
	if (books_begin(s))
		result = forget_readers(&f, order, now);
	if (f.keys.at)
		crypto_wipe(f.keys.at, f.keys.count * sizeof(*f.keys.at));
	if (result != BOOKS_OK) {
		books_rollback(s);
		return result;
	}
	books_settle_log(s);
	order_names(&out->names);
	return BOOKS_OK;
}
