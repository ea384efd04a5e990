/*
 * negotiate.h - which form of a page a client wants: content coding, language,
 * the part, and whether it has it already (RFC 9110, 12.5, 13.1 and 14).
 *
 * Pure. A header that makes no sense is taken as not sent, as the RFC says.
 */
#ifndef NEGOTIATE_H
#define NEGOTIATE_H

#include "manifest.h" /* struct strs */
#include "release.h" /* enum encoding */

/* The best of those there are (a bit each, 1u << encoding); ENCODING_NONE when
 * in doubt. */
enum encoding negotiate_encoding(struct str accept, unsigned available);
/* The language the reader prefers, or the first one. */
struct str negotiate_language(struct str accept, const struct strs *languages);
/* If-None-Match: does one of the tags, or "*", match? Weak comparison. */
bool negotiate_has(struct str if_none_match, struct str etag);
/* If-Range: strong comparison; a date never matches. True when not sent. */
bool negotiate_same(struct str if_range, struct str etag);

enum negotiated_part { PART_ALL, PART_SOME, PART_NONE };
/* Range: one range of bytes, clamped to `size`; several are answered with all.
 * PART_NONE: 416. */
enum negotiated_part negotiate_range(
    struct str range, uint64_t size, uint64_t *from, uint64_t *length);

#endif
