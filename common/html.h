/*
 * html.h - the one place where text becomes markup.
 *
 * One escaping function per context (HTML Living Standard, 13.3; URL Standard).
 * A quoted attribute and element text share the rule & < > " '.
 */
#ifndef HTML_H
#define HTML_H

#include "buf.h"

void html_text(struct buf *out, struct str s);
/* For a double-quoted attribute: as html_text. */
void html_attr(struct buf *out, struct str s);
/*
 * For href and src: percent-encodes what a URL may not hold, escapes for the
 * attribute, and replaces an address that could run script (javascript:, data:
 * but for images, vbscript:, file:) by "#". True when it was left as meant.
 */
bool html_href(struct buf *out, struct str url);
/* One path component or query value, percent-encoded (RFC 3986 unreserved). */
void url_component(struct buf *out, struct str s);
/* Decodes %XX; false on a bad sequence or a decoded NUL. */
bool url_decode(struct buf *out, struct str s, bool plus_is_space)
    __attribute__((warn_unused_result));
/* The text of markup: tags dropped, entities decoded, white space folded. */
void html_strip(struct buf *out, struct str markup);

#endif
