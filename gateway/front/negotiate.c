#include "negotiate.h"

/* "0.5" as 500; a wrong one counts as 0: nobody is sent what they cannot read.
 */
static int
quality(struct str q)
{
	int value, scale = 100;

	if (!q.len || (q.ptr[0] != '0' && q.ptr[0] != '1'))
		return 0;
	value = q.ptr[0] == '1' ? 1000 : 0;
	if (q.len == 1)
		return value;
	if (q.ptr[1] != '.' || q.len > 5)
		return 0;
	for (size_t i = 2; i < q.len; i++, scale /= 10) {
		if (q.ptr[i] < '0' || q.ptr[i] > '9')
			return 0;
		value += (q.ptr[i] - '0') * scale;
	}
	return value > 1000 ? 0 : value;
}

/* Takes one item of a list: its name and its q, 1000 when there is none. */
static bool
next_item(struct str *rest, struct str *name, int *q)
{
	struct str item, part;

	if (!str_split(rest, ',', &item))
		return false;
	*q = 1000;
	if (!str_split(&item, ';', &part))
		part = STR_NONE;
	*name = str_trim(part);
	while (str_split(&item, ';', &part)) {
		part = str_trim(part);
		if (str_starts(part, STR("q=")) || str_starts(part, STR("Q=")))
			*q = quality(str_from_at(part, 2));
	}
	return true;
}

enum encoding
negotiate_encoding(struct str accept, unsigned available)
{
	int given[ENCODINGS] = { -1, -1, -1, -1 }, star = -1, q;
	enum encoding best = ENCODING_NONE;
	struct str name;

	if (!accept.len)
		return ENCODING_NONE;
	while (next_item(&accept, &name, &q)) {
		if (str_eq_z(name, "*"))
			star = q;
		if (str_eq_nocase(name, STR("x-gzip")))
			name = STR("gzip");
		for (size_t i = 1; i < ENCODINGS; i++) {
			if (str_eq_nocase(name, str_from(encoding_names[i])))
				given[i] = q;
		}
		if (str_eq_nocase(name, STR("identity")))
			given[ENCODING_NONE] = q;
	}
	/* Not named, the plain form is acceptable, but less than any named. */
	if (given[ENCODING_NONE] < 0)
		given[ENCODING_NONE] = 0;
	for (unsigned i = 1; i < ENCODINGS; i++) {
		int value = given[i] >= 0 ? given[i] : star;

		if (available & 1u << i && value > 0 && value >= given[best])
			best = (enum encoding)i;
		if (given[i] < 0)
			given[i] = value;
	}
	return best;
}

static const struct str *
language_match(struct str wanted, const struct strs *languages)
{
	struct str main = str_sub(wanted, 0, str_find(wanted, '-'));

	for (size_t i = 0; i < languages->count; i++) {
		if (str_eq_nocase(languages->at[i], wanted))
			return &languages->at[i];
	}
	for (size_t i = 0; main.len && i < languages->count; i++) {
		struct str one = languages->at[i];

		if (str_eq_nocase(str_sub(one, 0, str_find(one, '-')), main))
			return &languages->at[i];
	}
	return NULL;
}

struct str
negotiate_language(struct str accept, const struct strs *languages)
{
	struct str best = languages->count ? languages->at[0] : STR("en"), name;
	int best_q = 0, q;

	while (next_item(&accept, &name, &q)) {
		const struct str *match = language_match(name, languages);

		if (match && q > best_q) {
			best = *match;
			best_q = q;
		}
	}
	return best;
}

bool
negotiate_has(struct str list, struct str etag)
{
	struct str s = str_trim(list);

	if (str_eq_z(s, "*"))
		return true;
	while (s.len) {
		struct str tag;
		size_t end;

		while (s.len &&
		    (s.ptr[0] == ' ' || s.ptr[0] == '\t' || s.ptr[0] == ','))
			s = str_from_at(s, 1);
		if (str_starts(s, STR("W/")))
			s = str_from_at(s, 2);
		if (!s.len || s.ptr[0] != '"')
			return false;
		end = str_find(str_from_at(s, 1), '"');
		tag = str_sub(s, 0, end + 2);
		if (str_eq(tag, etag))
			return true;
		s = str_from_at(s, tag.len);
	}
	return false;
}

bool
negotiate_same(struct str if_range, struct str etag)
{
	return !if_range.len || str_eq(if_range, etag);
}

static bool
number(struct str s, uint64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9' ||
		    *out > (UINT64_MAX - 9) / 10)
			return false;
		*out = *out * 10 + (uint64_t)(s.ptr[i] - '0');
	}
	return s.len > 0;
}

enum negotiated_part
negotiate_range(
    struct str range, uint64_t size, uint64_t *from, uint64_t *length)
{
	struct str spec, first, last;
	uint64_t a, b;
	size_t dash;

	if (!str_eq_nocase(str_sub(range, 0, 6), STR("bytes=")))
		return PART_ALL;
	spec = str_trim(str_from_at(range, 6));
	dash = str_find(spec, '-');
	if (dash == spec.len || str_find(spec, ',') < spec.len)
		return PART_ALL;
	first = str_trim(str_sub(spec, 0, dash));
	last = str_trim(str_from_at(spec, dash + 1));
	if (!first.len) {
		if (!number(last, &b))
			return PART_ALL;
		if (!b || !size)
			return PART_NONE;
		*length = b < size ? b : size;
		*from = size - *length;
		return PART_SOME;
	}
	if (!number(first, &a) || (last.len && !number(last, &b)) ||
	    (last.len && b < a))
		return PART_ALL;
	if (a >= size)
		return PART_NONE;
	*from = a;
	*length = size - a;
	if (last.len && b - a < *length - 1)
		*length = b - a + 1;
	return PART_SOME;
}
