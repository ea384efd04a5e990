#include "complaint.h"

uint64_t
complaint_count(struct complaint *c, uint64_t more, int64_t now_ms)
{
	uint64_t count;

	c->count += more;
	if (!c->count || (c->next && now_ms < c->next))
		return 0;
	count = c->count;
	c->count = 0;
	c->next = now_ms + COMPLAINT_MS;
	return count;
}
