/*
 * tree.h - JSON values that are being changed, addressed by dotted paths.
 *
 * A path is "customer_details.email" or "items.data.0.price": names of members,
 * and indexes of lists. Every function accepts NULL for "no such value". A
 * member whose name begins with '_' is the mint's own note on an object and is
 * left out by mint_public.
 */
#ifndef MINT_TREE_H
#define MINT_TREE_H

#include "value.h"

/* A deep copy; strings and keys are copied as well. */
struct value *mint_copy(struct arena *a, const struct value *v);
/* The same without the notes, at every depth. */
struct value *mint_public(struct arena *a, const struct value *v);
/* Parses JSON written with single quotes; the text is ours, so a fault in it is
 * an assertion. */
struct value *mint_shape(struct arena *a, const char *json);

struct value *mint_at(struct value *v, const char *path);
const struct value *mint_look(const struct value *v, const char *path);
struct str mint_str(const struct value *v, const char *path);
int64_t mint_int(const struct value *v, const char *path, int64_t otherwise);
bool mint_bool(const struct value *v, const char *path);
/* Is there anything but null? */
bool mint_has(const struct value *v, const char *path);

/* Set a member; the parents must be there. The path's text must outlive the
 * tree (a literal); strings are borrowed. An empty string is stored as null by
 * mint_put_text. */
void mint_put(
    struct arena *a, struct value *v, const char *path, struct value *item);
void mint_put_str(
    struct arena *a, struct value *v, const char *path, struct str s);
void mint_put_text(
    struct arena *a, struct value *v, const char *path, struct str s);
void mint_put_int(
    struct arena *a, struct value *v, const char *path, int64_t n);
void mint_put_bool(struct arena *a, struct value *v, const char *path, bool b);
void mint_put_null(struct arena *a, struct value *v, const char *path);
/* Puts a copy of what `from` has at `name`, or leaves `v` as it is. */
void mint_take(struct arena *a, struct value *v, const char *path,
    const struct value *from, const char *name);
void mint_remove(struct value *object, struct str key);

#endif
