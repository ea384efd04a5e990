/*
 * json.h - JSON text (RFC 8259) to and from values.
 *
 * Reading is strict: duplicate keys, trailing text, NUL in strings, depth over
 * LIMIT_JSON_DEPTH are errors. Writing is deterministic: members in their
 * order, no spaces, or one member a line when `pretty`.
 */
#ifndef JSON_H
#define JSON_H

#include "buf.h"
#include "value.h"

struct json_error {
	unsigned line, column;
	char message[160];
};

/* NULL on error, and `e` says where. Strings are copied into the arena. */
const struct value *json_read(struct arena *a, struct str text,
    struct json_error *e) __attribute__((warn_unused_result));
/* HTML strings are written as strings. `</` is written `<\/`, so that the text
 * may stand in a script element. */
void json_write(struct buf *out, const struct value *v, bool pretty);
void json_write_str(struct buf *out, struct str s); /* with its quotes */

#endif
