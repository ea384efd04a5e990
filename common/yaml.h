/*
 * yaml.h - YAML text to a tree that remembers its lines: one wrapper over
 * libyaml for site.yaml, front matter, gate.yaml, theme.yaml and strings.
 *
 * A subset, on purpose: no anchors, aliases, tags, merge keys or second
 * documents; keys are scalars and unique; depth and nodes are bounded
 * (limits.h). Every violation is a diagnostic with its line and column.
 */
#ifndef COMMON_YAML_H /* libyaml has taken YAML_H */
#define COMMON_YAML_H

#include "diag.h"

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml {
	enum yaml_kind kind;
	struct str scalar; /* decoded text of a scalar */
	bool quoted; /* a quoted or block scalar: never yes/no/number */
	struct where at; /* of the node; path and text as given to yaml_read */
	struct {
		struct yaml_item *at;
		size_t count, room;
	} items;
};

struct yaml_item {
	struct str key; /* empty in a list */
	struct where key_at;
	struct yaml *value;
};

/*
 * Reads text[from..to), the part of the file `path` that is YAML; places are
 * counted in the whole `text`. NULL after an error, which is in `d`. The root
 * is always a map; an empty document is an empty one. The tree lives in `a` and
 * points into nothing else but `path` and `text`, which must outlive it.
 */
struct yaml *yaml_read(struct arena *a, struct diag *d, struct str path,
    struct str text, size_t from, size_t to)
    __attribute__((warn_unused_result));

/* The value of a key, or NULL. */
const struct yaml *yaml_get(const struct yaml *map, struct str key);
/* Typed reading; each reports what was wanted and returns false when wrong, or
 * false without a word when `y` is NULL. */
bool yaml_str(struct diag *d, const struct yaml *y, struct str *out);
bool yaml_bool(
    struct diag *d, const struct yaml *y, bool *out); /* true false yes no */
bool yaml_int(struct diag *d, const struct yaml *y, int64_t min, int64_t max,
    int64_t *out);
/* One of `words`, by index; a near miss is suggested. */
bool yaml_word(struct diag *d, const struct yaml *y, const char *const *words,
    size_t count, size_t *out);
/* A list of strings; a single scalar counts as a list of one. */
bool yaml_strs(struct arena *a, struct diag *d, const struct yaml *y,
    struct str **out, size_t *count);
/* Reports every key of `map` that is not in `known` ("did you mean"), as
 * `severity`. True when there was none. */
bool yaml_known_keys(struct diag *d, enum severity severity,
    const struct yaml *map, const char *const *known, size_t count);

#endif
