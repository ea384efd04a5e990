/*
 * language.c - language tags (RFC 5646), and which language a text is in.
 */
#include "content_private.h"

static bool
is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* All of `s` letters, or letters and digits. */
static bool
is_made_of(struct str s, bool digits)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!is_alpha(s.ptr[i]) &&
		    !(digits && s.ptr[i] >= '0' && s.ptr[i] <= '9'))
			return false;
	}
	return true;
}

/* Well-formed as section 2.1 says, but for grandfathered tags and the order of
 * script, region and variants. */
bool
language_is_tag(struct str tag)
{
	struct str part, rest = tag;
	size_t singles = 0;

	if (!str_split(&rest, '-', &part) || part.len < 2 || part.len > 8 ||
	    !is_made_of(part, false) || tag.len > 35 ||
	    tag.ptr[tag.len - 1] == '-')
		return false;
	while (str_split(&rest, '-', &part)) {
		if (!part.len || part.len > 8 || !is_made_of(part, true))
			return false;
		singles = part.len == 1 ? singles + 1 : 0;
		if (singles > 1)
			return false;
	}
	return singles == 0;
}

struct str
language_guess(const struct measure *m)
{
	if (m->cjk * 4 < m->words || !m->cjk)
		return STR("en");
	if (m->hangul * 2 > m->cjk)
		return STR("ko");
	if (m->kana * 20 > m->cjk)
		return STR("ja");
	return STR("zh");
}
