/*
 * topic.h - what a text names: words and phrases of its title, tags and
 * headings, and phrases it repeats; in the form a reader may be shown.
 *
 * Only what anyone may read becomes a topic: reasons are made of nothing else.
 * Topics are kept as bytes, about 2,300 a document; a hash among them is in the
 * host's byte order. Private to this folder.
 */
#ifndef TOPIC_H
#define TOPIC_H

#include "buf.h"

enum {
	TOPICS_MOST = 128, /* of a document, the strongest */
	TOPIC_BYTES = 60, /* of a topic's text */
};

enum topic_flags {
	TOPIC_PHRASE = 1, /* of several words */
	TOPIC_RUN = 2, /* of a script without spaces */
	TOPIC_CASED = 4, /* the text was met inside a sentence: as it is */
};

/* How much it says about its document. */
enum topic_strength {
	TOPIC_REPEATED = 1, /* in running text, more than once */
	TOPIC_FREQUENT,
	TOPIC_HEADING,
	TOPIC_TITLE, /* or tag */
};

struct topic {
	uint64_t hash; /* of the text folded, a plural as its singular */
	struct str text; /* as it stands in the document */
	uint8_t strength; /* enum topic_strength */
	uint8_t flags; /* enum topic_flags */
};

/* `text` folded as topics are compared by. */
uint64_t topic_hash(struct str text, bool is_run);
/* Appends the TOPICS_MOST strongest of `list`, the first of those equal. */
void topics_pack(const struct topic *list, size_t count, struct buf *out);
/* The strongest first; texts point into `packed`. Returns how many; what is
 * damaged ends the list. */
size_t topics_unpack(struct str packed, struct topic list[TOPICS_MOST]);

#endif
