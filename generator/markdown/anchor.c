#include "anchor.h"
#include "buf.h"
#include "cjk.h"

struct anchor {
	struct str name;
	unsigned repeats;
};

enum { ROOM_FIRST = 64, LONGEST = 1000 };

void
anchors_init(struct anchors *set, struct arena *a)
{
	*set = (struct anchors){ .arena = a, .room = ROOM_FIRST };
	set->at = ARENA_ARRAY(a, ROOM_FIRST, struct anchor);
}

/* FNV-1a, 64 bits. */
static uint64_t
hash_name(struct str s)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.ptr[i]) * 1099511628211u;
	return h;
}

/* The entry of a name, or the empty one where it belongs. */
static struct anchor *
find(const struct anchors *set, struct str name)
{
	size_t i = (size_t)hash_name(name) & (set->room - 1);

	while (set->at[i].name.ptr && !str_eq(set->at[i].name, name))
		i = (i + 1) & (set->room - 1);
	return &set->at[i];
}

static void
grow(struct anchors *set)
{
	struct anchors bigger = *set;

	bigger.room *= 2;
	bigger.at = ARENA_ARRAY(set->arena, bigger.room, struct anchor);
	for (size_t i = 0; i < set->room; i++) {
		if (set->at[i].name.ptr)
			*find(&bigger, set->at[i].name) = set->at[i];
	}
	*set = bigger;
}

bool
anchor_is_taken(const struct anchors *set, struct str name)
{
	return set->room && find(set, name)->name.ptr;
}

void
anchor_take(struct anchors *set, struct str name)
{
	if (set->count * 2 >= set->room)
		grow(set);
	find(set, name)->name = name;
	set->count++;
}

/* Lower case of Latin, Greek and Cyrillic letters. */
static uint32_t
lower(uint32_t c)
{
	if (c < 0x80)
		return c >= 'A' && c <= 'Z' ? c + 32 : c;
	if ((c >= 0xc0 && c <= 0xde) || (c >= 0x391 && c <= 0x3ab) ||
	    (c >= 0x410 && c <= 0x42f))
		return c + 32;
	if ((c >= 0x100 && c <= 0x137 && c != 0x130) ||
	    (c >= 0x14a && c <= 0x177) || (c >= 0x460 && c <= 0x481) ||
	    (c >= 0x48a && c <= 0x4bf) || (c >= 0x1e00 && c <= 0x1e95) ||
	    (c >= 0x1ea0 && c <= 0x1eff))
		return c | 1;
	if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e))
		return c + (c & 1);
	if (c >= 0x400 && c <= 0x40f)
		return c + 80;
	return c;
}

static bool
is_dropped(uint32_t c)
{
	if (c == '_' || c == '-')
		return false;
	return c < ' ' || c == 0x7f || is_punctuation(c) ||
	    (c >= 0x200b && c <= 0x200f) || c == 0xfdd0 || c == 0xfe0e ||
	    c == 0xfe0f || c == 0xfeff || c == 0xfffd;
}

static void
slug(struct buf *out, struct str title)
{
	size_t at = 0;

	while (at < title.len && out->len < LONGEST) {
		uint32_t c = str_utf8_next(title, &at);

		if (c == ' ' || c == '\t' || c == '\n' || c == 0xa0 ||
		    c == 0x3000)
			buf_add_c(out, '-');
		else if (c < 0x80 && !is_dropped(c))
			buf_add_c(out, (char)lower(c));
		else if (!is_dropped(c))
			buf_add_utf8(out, lower(c));
	}
	if (!out->len)
		buf_add(out, STR("section"));
}

struct str
anchor_plain(struct arena *a, struct str title)
{
	struct buf b;
	struct str name;

	buf_init(&b, LONGEST + 16);
	slug(&b, title);
	name = arena_str(a, buf_str(&b));
	buf_clear(&b);
	return name;
}

struct str
anchor_of(struct anchors *set, struct str title)
{
	struct str base = anchor_plain(set->arena, title), name = base;

	while (anchor_is_taken(set, name))
		name = arena_printf(set->arena, "%.*s-%u", STR_ARG(base),
		    ++find(set, base)->repeats);
	anchor_take(set, name);
	return name;
}
