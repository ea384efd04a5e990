/*
 * template.h - Mustache templates, compiled once and filled many times.
 *
 * The published specification (github.com/mustache/spec): comments, delimiters,
 * interpolation, inverted, partials, sections and the optional inheritance
 * module (blocks and parents), with dotted names and implicit iterators.
 * Lambdas and dynamic names are left out. {{name}} escapes for HTML text and
 * attributes unless the value is VALUE_HTML; {{{name}}} and {{&name}} never do.
 * A section is left out for null, false, 0, the empty string and the empty
 * list. In a parent only its blocks count; text and sections around them do
 * not.
 *
 * Lines of a partial are indented as its tag is. Content of a block that begins
 * on a line of its own loses the indentation of its first line and gets that of
 * the place it is put. Data is never indented.
 *
 * A set holds compiled templates by name; partials and parents are looked up in
 * it when filling. A set is read-only after compiling and may then be used by
 * many threads at once.
 */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include "buf.h"
#include "diag.h"
#include "value.h"

struct template_set;

struct template_set *template_set_new(void);
void template_set_free(struct template_set *set);
/*
 * Compiles `text` (the file `path`, for diagnostics) under `name`. Delimiters
 * are {{ and }} unless `open` and `close` say otherwise (both or none empty).
 * False after an error, which is in `d`. Text is copied.
 */
bool template_add(struct template_set *set, struct diag *d, struct str name,
    struct str path, struct str text, struct str open, struct str close)
    __attribute__((warn_unused_result));
/* Reports partials and parents that no template of the set defines. */
bool template_check(const struct template_set *set, struct diag *d);
bool template_has(const struct template_set *set, struct str name);
/*
 * Fills template `name` with `data`. A missing name is the empty string, as the
 * specification says. False when there is no such template, the recursion is
 * deeper than LIMIT_TEMPLATE_DEPTH, filling takes more than
 * LIMIT_TEMPLATE_STEPS instructions, or `out` is full.
 */
bool template_fill(const struct template_set *set, struct str name,
    const struct value *data, struct buf *out)
    __attribute__((warn_unused_result));

#endif
