#include "phrase.h"

#include "limits.h"
#include "yaml.h"

#include <stdlib.h>

static int
by_key(const void *x, const void *y)
{
	const struct strings_entry *a = x, *b = y;
	return str_cmp(a->key, b->key);
}

static struct strings_entry *
find(const struct strings *table, struct str key)
{
	struct strings_entry wanted = { .key = key };
	if (!table->count)
		return NULL;
	return bsearch(
	    &wanted, table->at, table->count, sizeof *table->at, by_key);
}

static struct strings *
table_of(const struct theme *t, struct str tag)
{
	for (size_t i = 0; i < t->tables.count; i++)
		if (str_eq_nocase(t->tables.at[i]->tag, tag))
			return t->tables.at[i];
	return NULL;
}

static void
merge(struct arena *a, struct strings *into, const struct strings *from)
{
	size_t old = into->count;
	for (size_t i = 0; i < from->count; i++) {
		struct strings known = *into;
		known.count = old;
		struct strings_entry *e = find(&known, from->at[i].key);
		if (e)
			e->text = from->at[i].text;
		else
			ARENA_PUSH(a, *into, from->at[i]);
	}
	if (into->count > old)
		qsort(into->at, into->count, sizeof *into->at, by_key);
}

bool
phrase_read(struct theme *t, struct str tag, struct str path, struct str text,
    struct diag *d)
{
	struct yaml *y = yaml_read(t->arena, d, path, text, 0, text.len);
	if (!y)
		return false;
	struct strings read = { 0 };
	bool good = true;
	for (size_t i = 0; i < y->items.count; i++) {
		struct strings_entry e = { .key = y->items.at[i].key };
		if (yaml_str(d, y->items.at[i].value, &e.text))
			ARENA_PUSH(t->arena, read, e);
		else
			good = false;
	}
	if (read.count)
		qsort(read.at, read.count, sizeof *read.at, by_key);
	struct strings *table = table_of(t, tag);
	if (!table) {
		table = ARENA_NEW(t->arena, struct strings);
		table->tag = tag;
		ARENA_PUSH(t->arena, t->tables, table);
	}
	merge(t->arena, table, &read);
	return good;
}

static const char *
direction(struct str tag)
{
	static const char *const rtl[] = { "ar", "arc", "ckb", "dv", "fa", "he",
		"ks", "ps", "sd", "ug", "ur", "yi" };
	struct str base = str_sub(tag, 0, str_find(tag, '-'));
	for (size_t i = 0; i < sizeof rtl / sizeof *rtl; i++)
		if (str_eq_nocase(base, str_from(rtl[i])))
			return "rtl";
	return "ltr";
}

/* English, then "zh", then "zh-Hant", each over the one before. */
static void
merge_chain(struct theme *t, struct language *l)
{
	const struct strings *english = table_of(t, STR("en"));
	if (english)
		merge(t->arena, &l->merged, english);
	for (size_t end = 0; end < l->tag.len;) {
		struct str rest = str_from_at(l->tag, end + (end > 0));
		end += (end > 0) + str_find(rest, '-');
		const struct strings *table =
		    table_of(t, str_sub(l->tag, 0, end));
		if (table && table != english)
			merge(t->arena, &l->merged, table);
	}
}

static size_t
hash_of_key(struct str key)
{
	uint32_t h = 2166136261U;
	for (size_t i = 0; i < key.len; i++)
		h = (h ^ (unsigned char)key.ptr[i]) * 16777619U;
	return h ^ h >> 15;
}

/* Where the key is, or would be. */
static uint32_t *
slot_of(const struct language *l, struct str key)
{
	size_t i = hash_of_key(key);
	for (;; i++) {
		uint32_t *slot = &l->slots[i & (l->slot_count - 1)];
		if (!*slot || str_eq(l->merged.at[*slot - 1].key, key))
			return slot;
	}
}

static void
make_slots(struct arena *a, struct language *l)
{
	l->slot_count = 64;
	while (l->slot_count < 2 * l->merged.count)
		l->slot_count *= 2;
	l->slots = ARENA_ARRAY(a, l->slot_count, uint32_t);
	for (size_t i = 0; i < l->merged.count; i++)
		*slot_of(l, l->merged.at[i].key) = (uint32_t)(i + 1);
}

static struct str
text_of(const struct language *l, struct str key)
{
	uint32_t slot = *slot_of(l, key);
	return slot ? l->merged.at[slot - 1].text : STR_NONE;
}

struct language *
phrase_language(struct theme *t, struct str tag)
{
	if (!tag.len)
		tag = t->site->languages.count ? t->site->languages.at[0]
					       : STR("en");
	for (size_t i = 0; i < t->languages.count; i++)
		if (str_eq(t->languages.at[i]->tag, tag))
			return t->languages.at[i];
	struct language *l = ARENA_NEW(t->arena, struct language);
	l->tag = tag;
	l->dir = direction(tag);
	merge_chain(t, l);
	make_slots(t->arena, l);
	l->s = value_object(t->arena);
	for (size_t i = 0; i < l->merged.count; i++)
		value_append(t->arena, l->s, l->merged.at[i].key,
		    value_str(t->arena, l->merged.at[i].text));
	ARENA_PUSH(t->arena, t->languages, l);
	return l;
}

struct str
phrase_get(const struct language *l, const char *key)
{
	return text_of(l, str_from(key));
}

struct str
theme_string(const void *theme, struct str lang, struct str key)
{
	/* Remembering a language is not a change that a caller could see. */
	union {
		const void *seen;
		struct theme *kept;
	} t = { theme };
	return text_of(phrase_language(t.kept, lang), key);
}

static const struct phrase_arg *
arg_of(const struct phrase_arg *args, struct str name)
{
	for (; args->name; args++)
		if (str_eq_z(name, args->name))
			return args;
	return NULL;
}

static struct str
substitute(struct arena *a, struct str pattern, const struct phrase_arg *args)
{
	struct buf out;
	buf_init(&out, LIMIT_PAGE);
	while (pattern.len) {
		size_t open = str_find(pattern, '{');
		buf_add(&out, str_sub(pattern, 0, open));
		pattern = str_from_at(pattern, open);
		size_t close = str_find(pattern, '}');
		const struct phrase_arg *arg = NULL;
		if (close < pattern.len)
			arg = arg_of(args, str_sub(pattern, 1, close - 1));
		if (arg)
			buf_add(&out, arg->text);
		else
			buf_add(&out, str_sub(pattern, 0, close + 1));
		pattern = str_from_at(pattern, close + 1);
	}
	struct str result = arena_str(a, buf_str(&out));
	buf_clear(&out);
	return result;
}

struct str
phrase_fill(struct arena *a, const struct language *l, const char *key,
    const struct phrase_arg *args)
{
	return substitute(a, phrase_get(l, key), args);
}

/* Languages whose nouns have one form for every number (CLDR plural rules). */
static bool
has_one(struct str tag)
{
	static const char *const none[] = { "zh", "ja", "ko", "vi", "th", "id",
		"ms", "lo", "my", "yue", "wo", "jv", "bo", "dz", "km" };
	struct str base = str_sub(tag, 0, str_find(tag, '-'));
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		if (str_eq_nocase(base, str_from(none[i])))
			return false;
	return true;
}

struct str
phrase_number(struct arena *a, uint64_t n)
{
	char digits[20];
	size_t at = sizeof digits;

	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	return arena_str(a, str_of(digits + at, sizeof digits - at));
}

struct str
phrase_count(
    struct arena *a, const struct language *l, const char *key, uint64_t n)
{
	bool one = n == 1 && has_one(l->tag);
	struct str full =
	    ARENA_JOIN(a, str_from(key), one ? STR("_one") : STR("_other"));
	const struct phrase_arg args[] = { { "n", phrase_number(a, n) },
		{ 0 } };
	return phrase_fill(a, l, full.ptr, args);
}

struct str
phrase_date(struct arena *a, const struct language *l, struct str date)
{
	int64_t year, month, day;
	struct str m = str_sub(date, 5, 2), n = str_sub(date, 8, 2);
	if (date.len != 10 || date.ptr[4] != '-' || date.ptr[7] != '-')
		return date;
	m = str_from_at(m, m.ptr[0] == '0');
	n = str_from_at(n, n.ptr[0] == '0');
	if (!str_to_i64(str_sub(date, 0, 4), &year) || !str_to_i64(m, &month) ||
	    !str_to_i64(n, &day) || month < 1 || month > 12)
		return date;
	struct str key =
	    ARENA_JOIN(a, STR("month_"), phrase_number(a, (uint64_t)month));
	const struct phrase_arg args[] = { { "year", str_sub(date, 0, 4) },
		{ "month", phrase_get(l, key.ptr) }, { "m", m }, { "day", n },
		{ "d", n }, { 0 } };
	return phrase_fill(a, l, "date", args);
}

struct str
phrase_duration(struct arena *a, const struct language *l, uint64_t minutes)
{
	if (!minutes)
		return STR_NONE;
	if (minutes < 60)
		return phrase_count(a, l, "minutes", minutes);
	char h[24], m[24];
	snprintf(h, sizeof h, "%llu", (unsigned long long)(minutes / 60));
	snprintf(m, sizeof m, "%llu", (unsigned long long)(minutes % 60));
	const struct phrase_arg args[] = { { "h", str_from(h) },
		{ "m", str_from(m) }, { 0 } };
	return phrase_fill(
	    a, l, minutes % 60 ? "hours_minutes" : "hours", args);
}

struct str
phrase_by(struct arena *a, const struct language *l, const struct page *p)
{
	if (!p->authors.count)
		return STR_NONE;
	struct str names = p->authors.at[0]->name;
	struct str separator = phrase_get(l, "list_separator");
	for (size_t i = 1; i < p->authors.count; i++)
		names = arena_printf(a, "%.*s%.*s%.*s", STR_ARG(names),
		    STR_ARG(separator), STR_ARG(p->authors.at[i]->name));
	const struct phrase_arg args[] = { { "names", names }, { 0 } };
	return phrase_fill(a, l, "by", args);
}

struct str
phrase_title(const struct language *l, const struct page *p)
{
	if (p->kind == PAGE_ARTICLES && !p->file)
		return phrase_get(l, "articles");
	return p->title;
}

struct str
phrase_language_name(const struct language *l)
{
	struct str name = phrase_get(l, "language_name");
	bool english = str_starts(l->tag, STR("en"));
	return english || !str_eq(name, STR("English")) ? name : l->tag;
}
