/*
 * value.h - the data a template is filled with, and JSON's data model.
 *
 * A tree in an arena. Objects keep the order of insertion. Strings are borrowed
 * by value_str and copied by value_strcpy.
 */
#ifndef VALUE_H
#define VALUE_H

#include "arena.h"

enum value_kind {
	VALUE_NULL,
	VALUE_FALSE,
	VALUE_TRUE,
	VALUE_INT,
	VALUE_REAL,
	VALUE_STR,
	VALUE_HTML, /* a string that is markup already: {{name}} leaves it be */
	VALUE_LIST,
	VALUE_OBJECT,
};

struct value {
	enum value_kind kind;
	union {
		int64_t integer;
		double real;
		struct str str;
		struct {
			struct value **at;
			size_t count, room;
		} list;
		struct {
			struct value_member *at;
			size_t count, room;
		} object;
	} u;
};

struct value_member {
	struct str key;
	struct value *value;
};

struct value *value_null(struct arena *a);
struct value *value_bool(struct arena *a, bool b);
struct value *value_int(struct arena *a, int64_t n);
struct value *value_real(struct arena *a, double n);
struct value *value_str(struct arena *a, struct str s); /* borrowed */
struct value *value_strcpy(struct arena *a, struct str s);
struct value *value_html(struct arena *a, struct str s); /* borrowed */
struct value *value_list(struct arena *a);
struct value *value_object(struct arena *a);

void value_push(struct arena *a, struct value *list, struct value *item);
/* Keys are borrowed: literals, or text that outlives the tree. A key set twice
 * keeps the last value. */
void value_set(
    struct arena *a, struct value *object, struct str key, struct value *item);
/* As value_set, for a key known to be new: makes no search. */
void value_append(
    struct arena *a, struct value *object, struct str key, struct value *item);
void value_set_str(
    struct arena *a, struct value *object, struct str key, struct str s);
void value_set_html(
    struct arena *a, struct value *object, struct str key, struct str s);
void value_set_int(
    struct arena *a, struct value *object, struct str key, int64_t n);
void value_set_bool(
    struct arena *a, struct value *object, struct str key, bool b);

/* NULL when `v` is no object or has no such key. */
const struct value *value_get(const struct value *v, struct str key);
/* The empty view, or `otherwise`, when it is missing or of another kind. */
struct str value_get_str(const struct value *v, struct str key);
int64_t value_get_int(const struct value *v, struct str key, int64_t otherwise);
bool value_get_bool(const struct value *v, struct str key);
size_t value_count(const struct value *v); /* of a list or object, else 0 */
const struct value *value_at(const struct value *list, size_t i);

#endif
