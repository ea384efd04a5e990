#include "fault.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	int64_t value; /* when none is given */
	int64_t most; /* 0: takes no value, so a number is its count */
	bool zero; /* 0 is a value; else it turns the switch off */
} switches[MINT_FAULTS] = {
	[MINT_FAULT_500] = { "500", 0, 0, false },
	[MINT_FAULT_500_KEPT] = { "500-kept", 0, 0, false },
	[MINT_FAULT_429] = { "429", 0, 0, false },
	[MINT_FAULT_409] = { "409", 0, 0, false },
	[MINT_FAULT_TIMEOUT] = { "timeout", 30, 3600, false },
	[MINT_FAULT_GARBAGE] = { "garbage", 0, 0, false },
	[MINT_FAULT_REDIRECT] = { "redirect", 0, 0, false },
	[MINT_FAULT_HUGE] = { "huge", 100, 4096, false },
	[MINT_FAULT_CLOSE] = { "close", 0, 0, false },
	[MINT_FAULT_DUPLICATE] = { "duplicate", 2, 100, false },
	[MINT_FAULT_REORDER] = { "reorder", 1, 1, false },
	[MINT_FAULT_DELAY] = { "delay", 5, 86400, false },
	[MINT_FAULT_DROP] = { "drop", 0, 0, false },
	[MINT_FAULT_REFUND_PENDING] = { "refund-pending", 0, 0, false },
	[MINT_FAULT_REFUND_FAIL] = { "refund-fail", 1, 86400, true },
};

const char *
mint_fault_name(enum mint_fault fault)
{
	return fault < MINT_FAULTS ? switches[fault].name : "";
}

static bool
find(struct str name, size_t *at)
{
	for (size_t i = 0; i < MINT_FAULTS; i++) {
		if (str_eq_z(name, switches[i].name)) {
			*at = i;
			return true;
		}
	}
	return false;
}

/* Cuts what follows `sep` off the item; empty when it is not there. */
static struct str
cut(struct str *item, char sep)
{
	size_t at = str_find(*item, sep);
	struct str tail = str_from_at(*item, at + 1);

	*item = str_sub(*item, 0, at);
	return tail;
}

static const char *
read_item(struct mint_faults *f, struct str item)
{
	struct str prefix = cut(&item, '@');
	struct str count = cut(&item, ':');
	struct str value = cut(&item, '=');
	struct mint_switch s = { .on = true, .left = -1 };
	size_t at;

	if (str_eq(item, STR("off")))
		return NULL;
	if (!find(item, &at))
		return "there is no such switch";
	if (!switches[at].most) {
		count = count.len ? count : value;
		value = STR_NONE;
	}
	s.value = switches[at].value;
	if (value.len &&
	    (!str_to_i64(value, &s.value) || s.value < 0 ||
		s.value > switches[at].most))
		return "its value is out of range";
	if (count.len && (!str_to_i64(count, &s.left) || s.left < 0))
		return "its count is not a number";
	if (prefix.len >= sizeof s.prefix ||
	    (prefix.len && (at >= MINT_FAULT_API_END || prefix.ptr[0] != '/')))
		return "its path is not for it";
	if (prefix.len)
		memcpy(s.prefix, prefix.ptr, prefix.len);
	s.on =
	    s.left != 0 && (s.value || switches[at].zero || !switches[at].most);
	f->at[at] = s;
	return NULL;
}

bool
mint_faults_read(struct mint_faults *f, struct str list, char error[160])
{
	struct mint_faults next = *f;
	struct str item, rest = list;

	while (str_split(&rest, ',', &item)) {
		if (str_eq(str_trim(item), STR("off")))
			next = (struct mint_faults){ 0 };
	}
	while (str_split(&list, ',', &item)) {
		const char *why = NULL;

		item = str_trim(item);
		if (item.len)
			why = read_item(&next, item);
		if (why) {
			snprintf(error, 160, "misbehave: '%.*s': %s",
			    STR_ARG(str_sub(item, 0, 60)), why);
			return false;
		}
	}
	*f = next;
	return true;
}

bool
mint_fault_take(struct mint_faults *f, enum mint_fault fault, int64_t *value)
{
	struct mint_switch *s = &f->at[fault];

	if (!s->on)
		return false;
	*value = s->value;
	if (s->left > 0 && --s->left == 0)
		s->on = false;
	return true;
}

enum mint_fault
mint_fault_request(struct mint_faults *f, struct str path, int64_t *value)
{
	for (unsigned i = 0; i < MINT_FAULT_API_END; i++) {
		if (f->at[i].on &&
		    str_starts(path, str_from(f->at[i].prefix)) &&
		    mint_fault_take(f, (enum mint_fault)i, value))
			return (enum mint_fault)i;
	}
	return MINT_FAULT_NONE;
}

struct value *
mint_faults_show(const struct mint_faults *f, struct arena *a)
{
	struct value *out = value_object(a);

	for (size_t i = 0; i < MINT_FAULTS; i++) {
		const struct mint_switch *s = &f->at[i];
		struct value *v;

		if (!s->on)
			continue;
		v = value_object(a);
		if (switches[i].most)
			value_set_int(a, v, STR("value"), s->value);
		value_set(a, v, STR("left"),
		    s->left < 0 ? value_null(a) : value_int(a, s->left));
		if (s->prefix[0])
			value_set(a, v, STR("path"),
			    value_strcpy(a, str_from(s->prefix)));
		value_set(a, out, str_from(switches[i].name), v);
	}
	return out;
}
