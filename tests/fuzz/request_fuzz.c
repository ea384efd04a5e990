/*
 * A request as lines of bytes: whatever comes in, what is let through is a
 * plain path, bounded cookies, and a sane choice of form and part.
 *
 *	target LF name: value LF ... LF LF body
 */
#include "client.h"
#include "file.h"
#include "negotiate.h"
#include "query.h"
#include "request.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_path(const struct request *r)
{
	struct str inner = str_from_at(r->path, 1);

	must(r->path.len && r->path.ptr[0] == '/');
	if (str_ends(inner, STR("/")))
		inner.len--;
	must(!inner.len || !path_refusal(inner));
	must(str_find(r->path, '\0') == r->path.len);
}

/* It goes back into a cookie as it is. */
static void
check_checkouts(const struct request *r)
{
	struct str rest = r->checkouts, one;

	must(rest.len <= REQUEST_CHECKOUTS * (REQUEST_CHECKOUT + 1));
	while (rest.len && str_split(&rest, '.', &one)) {
		must(one.len == REQUEST_CHECKOUT);
		must(request_began(r, one));
	}
	must(!request_began(r, STR_NONE));
}

static void
check_choices(const struct request *r, uint64_t size)
{
	static struct str site[] = { { "en", 2 }, { "zh-CN", 5 } };
	const struct strs languages = { site, 2, 2 };
	const struct strs proxies = { site, 1, 1 };
	enum encoding e = negotiate_encoding(r->accept_encoding, 6);
	uint64_t from = 0, length = 0;

	must(e == ENCODING_NONE || e == ENCODING_GZIP || e == ENCODING_BROTLI);
	must(negotiate_language(r->accept_language, &languages).len > 0);
	if (negotiate_range(r->range, size, &from, &length) == PART_SOME)
		must(length > 0 && length <= size && from <= size - length);
	must(!negotiate_has(r->if_none_match, STR("\"\x01never\"")) ||
	    str_eq_z(str_trim(r->if_none_match), "*"));
	(void)client_origin(STR("127.0.0.1"), r->forwarded_for, &proxies);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct request r;
	struct str rest = str_of((const char *)data, size), line;
	struct arena a;
	struct query q;

	request_begin(&r);
	if (!str_split(&rest, '\n', &line))
		return 0;
	request_target(&r, line, STR_NONE);
	while (str_split(&rest, '\n', &line) && line.len) {
		size_t colon = str_find(line, ':');

		request_header(
		    &r, str_sub(line, 0, colon), str_from_at(line, colon + 1));
	}
	request_headers_end(&r, false);
	must(r.token.len <= LIMIT_TOKEN);
	must(!r.reader.len || r.reader.len == REQUEST_READER);
	check_checkouts(&r);
	if (!r.refusal) {
		must(r.host.len > 0);
		must(!(r.chunked && r.length >= 0));
		check_path(&r);
		check_choices(&r, size);
	}
	arena_init(&a);
	if (query_read(&a, r.query, &q))
		(void)query_get(&q, "session_id");
	if (query_read(&a, rest, &q))
		must(q.count <= LIMIT_FORM_FIELDS);
	arena_clear(&a);
	return 0;
}
