#include "unicode.h"

#include <string.h>
#include <utf8proc.h>

struct range {
	uint32_t from, to;
};

/* Scripts whose words no space divides. Hangul has spaces, but its particles
 * cling to the words: pairs of syllables find more than words do. */
static const struct range runs[] = {
	{ 0x0e00, 0x0eff }, /* Thai, Lao */
	{ 0x1000, 0x109f }, /* Myanmar */
	{ 0x1100, 0x11ff }, /* Hangul Jamo */
	{ 0x1780, 0x17ff }, /* Khmer */
	{ 0x3005, 0x3007 }, /* iteration mark, closing mark, zero */
	{ 0x3041, 0x30ff }, /* Hiragana, Katakana */
	{ 0x31f0, 0x31ff },
	{ 0x3400, 0x4dbf }, /* Han */
	{ 0x4e00, 0x9fff },
	{ 0xac00, 0xd7a3 }, /* Hangul syllables */
	{ 0xf900, 0xfaff },
	{ 0xff66, 0xff9f }, /* half-width Katakana */
	{ 0x20000, 0x323af },
};

static bool
is_in_runs(uint32_t scalar)
{
	for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
		if (scalar < runs[i].from)
			return false;
		if (scalar <= runs[i].to)
			return true;
	}
	return false;
}

enum unicode_class
unicode_class(uint32_t scalar)
{
	switch (utf8proc_category((utf8proc_int32_t)scalar)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
		return is_in_runs(scalar) ? UNICODE_RUN : UNICODE_WORD;
	default:
		return UNICODE_OTHER;
	}
}

bool
unicode_is_folded(uint32_t scalar)
{
	return (scalar >= 0x4e00 && scalar <= 0x9fff) ||
	    (scalar >= 0x3400 && scalar <= 0x4dbf) ||
	    (scalar >= 0x3041 && scalar <= 0x3096) ||
	    (scalar >= 0x30a1 && scalar <= 0x30fc) ||
	    (scalar >= 0xac00 && scalar <= 0xd7a3);
}

size_t
unicode_fold(struct str word, char out[UNICODE_FOLDED])
{
	enum { CHARACTERS = 64 };
	/* reencode writes the bytes over the characters, and a NUL */
	utf8proc_int32_t room[CHARACTERS * 2 + 1];
	const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE |
	    UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
	utf8proc_ssize_t count, bytes;

	if (!word.len || word.len > UNICODE_FOLDED)
		return 0;
	count = utf8proc_decompose((const utf8proc_uint8_t *)word.ptr,
	    (utf8proc_ssize_t)word.len, room, CHARACTERS, options);
	if (count <= 0 || count > CHARACTERS)
		return 0;
	bytes = utf8proc_reencode(room, count, options);
	if (bytes <= 0 || bytes >= UNICODE_FOLDED)
		return 0;
	memcpy(out, room, (size_t)bytes);
	return (size_t)bytes;
}
