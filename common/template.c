#include "template_ops.h"

#include <stdio.h>
#include <stdlib.h>

struct template_set *
template_set_new(void)
{
	struct template_set *set = calloc(1, sizeof *set);

	if (!set) {
		fputs("error: out of memory\n", stderr);
		exit(1);
	}
	arena_init(&set->arena);
	return set;
}

void
template_set_free(struct template_set *set)
{
	if (set)
		arena_clear(&set->arena);
	free(set);
}

static const struct template_slot *
find_slot(const struct template_set *set, struct str name)
{
	for (size_t i = 0; i < set->slots.count; i++) {
		if (str_eq(set->slots.at[i].name, name))
			return &set->slots.at[i];
	}
	return NULL;
}

uint32_t
template_slot_id(struct template_set *set, struct str name)
{
	const struct template_slot *known = find_slot(set, name);
	struct template_slot slot = { 0 };

	if (known)
		return (uint32_t)(known - set->slots.at);
	slot.name = arena_str(&set->arena, name);
	ARENA_PUSH(&set->arena, set->slots, slot);
	return (uint32_t)(set->slots.count - 1);
}

uint32_t
template_block_id(struct template_set *set, struct str name)
{
	for (size_t i = 0; i < set->blocks.count; i++) {
		if (str_eq(set->blocks.at[i], name))
			return (uint32_t)i;
	}
	ARENA_PUSH(&set->arena, set->blocks, arena_str(&set->arena, name));
	return (uint32_t)(set->blocks.count - 1);
}

bool
template_add(struct template_set *set, struct diag *d, struct str name,
    struct str path, struct str text, struct str open, struct str close)
{
	struct template *t = ARENA_NEW(&set->arena, struct template);
	uint32_t id;

	t->path = arena_str(&set->arena, path);
	t->text = arena_str(&set->arena, text);
	if (!template_compile(set, t, d, open.len ? open : STR("{{"),
		close.len ? close : STR("}}")))
		return false;
	id = template_slot_id(set, name);
	set->slots.at[id].template = t;
	return true;
}

bool
template_has(const struct template_set *set, struct str name)
{
	const struct template_slot *slot = find_slot(set, name);

	return slot && slot->template;
}

/* The template whose name is nearest to `name`. */
static struct str
nearest_name(const struct template_set *set, struct str name)
{
	struct str best = STR_NONE;

	for (size_t i = 0; i < set->slots.count; i++) {
		const struct template_slot *slot = &set->slots.at[i];
		struct str near;

		if (!slot->template)
			continue;
		near = diag_nearest(name, &slot->name, 1);
		if (near.len &&
		    (!best.len ||
			str_distance(name, near, 8) <
			    str_distance(name, best, 8)))
			best = near;
	}
	return best;
}

static void
report_missing(const struct template_set *set, struct diag *d,
    const struct template *t, const struct template_use *use)
{
	struct str name = set->slots.at[use->id].name;
	struct str near = nearest_name(set, name);
	char hint[300];

	snprintf(hint, sizeof hint, "did you mean %.*s?", STR_ARG(near));
	diag_add(d, DIAG_ERROR,
	    where_at(t->path, t->text, use->offset, use->len),
	    near.len ? hint : NULL, "no such template: '%.*s'", STR_ARG(name));
}

bool
template_check(const struct template_set *set, struct diag *d)
{
	bool ok = true;

	for (size_t i = 0; i < set->slots.count; i++) {
		const struct template *t = set->slots.at[i].template;

		for (size_t k = 0; t && k < t->uses.count; k++) {
			const struct template_use *use = &t->uses.at[k];

			if (set->slots.at[use->id].template)
				continue;
			report_missing(set, d, t, use);
			ok = false;
		}
	}
	return ok;
}
