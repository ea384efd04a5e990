#include "journal.h"

#include "json.h"
#include "tree.h"

#include <stdlib.h>

enum { ENTRY_MOST = 64 << 10 };

struct mint_journal {
	struct buf at[MINT_JOURNAL_ENTRIES]; /* a ring of JSON texts */
	size_t next, count;
};

struct mint_journal *
mint_journal_new(void)
{
	struct mint_journal *j = calloc(1, sizeof *j);

	if (!j)
		abort();
	for (size_t i = 0; i < MINT_JOURNAL_ENTRIES; i++)
		buf_init(&j->at[i], ENTRY_MOST);
	return j;
}

void
mint_journal_clear(struct mint_journal *j)
{
	for (size_t i = 0; i < MINT_JOURNAL_ENTRIES; i++)
		buf_clear(&j->at[i]);
	j->next = j->count = 0;
}

void
mint_journal_free(struct mint_journal *j)
{
	if (j)
		mint_journal_clear(j);
	free(j);
}

void
mint_journal_add(struct mint_journal *j, const struct value *entry)
{
	struct buf *at = &j->at[j->next];

	buf_reset(at);
	json_write(at, entry, false);
	if (!buf_ok(at)) {
		buf_reset(at);
		buf_add_z(at, "{\"note\":\"too long to be kept\"}");
	}
	j->next = (j->next + 1) % MINT_JOURNAL_ENTRIES;
	if (j->count < MINT_JOURNAL_ENTRIES)
		j->count++;
}

struct value *
mint_journal_show(const struct mint_journal *j, struct arena *a)
{
	struct value *list = value_list(a);
	size_t first = j->next + MINT_JOURNAL_ENTRIES - j->count;
	struct json_error e;

	for (size_t i = 0; i < j->count; i++) {
		const struct buf *at =
		    &j->at[(first + i) % MINT_JOURNAL_ENTRIES];

		value_push(
		    a, list, mint_copy(a, json_read(a, buf_str(at), &e)));
	}
	return list;
}
