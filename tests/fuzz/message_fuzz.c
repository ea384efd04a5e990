/* Any bytes decode safely, and what decodes encodes to the same bytes. */
#include "message.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = str_of((const char *)data, size);
	struct arena a;
	struct message m;
	struct buf again;
	size_t used;

	arena_init(&a);
	while (message_decode(&a, in, &m, &used) == MESSAGE_READY) {
		buf_init(&again, LIMIT_MESSAGE);
		if (!message_encode(&again, &m) ||
		    !str_eq(buf_str(&again), str_sub(in, 0, used)))
			abort();
		buf_clear(&again);
		in = str_from_at(in, used);
	}
	arena_clear(&a);
	return 0;
}
