#include "consent.h"
#include "handlers.h"
#include "html.h"
#include "query.h"
#include "shells.h"

enum { LINES_MOST = 16 };

struct kind {
	const char *text;
	bool members; /* may be about a page for members */
};

/* A visit of a page for members is the gateway's own to note. */
static const struct kind kinds[] = {
	{ "visit", false },
	{ "complete", true },
	{ "shown:related", true },
	{ "shown:next", true },
	{ "shown:also", true },
	{ "shown:popular", true },
	{ "shown:list", true },
	{ "click:related", true },
	{ "click:next", true },
	{ "click:also", true },
	{ "click:popular", true },
	{ "click:list", true },
};

struct report {
	const struct kind *kind;
	const struct release_entry *page; /* NULL: no page of this release */
};

static const struct kind *
kind_of(struct str text)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (str_eq_z(text, kinds[i].text))
			return &kinds[i];
	}
	return NULL;
}

static bool
read_line(struct visit *v, struct str line, struct report *out)
{
	size_t tab = str_find(line, '\t');
	struct str address = str_from_at(line, tab + 1);
	const struct release_entry *e = NULL;
	struct buf path;
	bool ok;

	out->kind = kind_of(str_sub(line, 0, tab));
	if (!out->kind || !str_starts(address, STR("/")) ||
	    address.len > LIMIT_REQUEST_TARGET)
		return false;
	buf_init(&path, address.len + 1);
	ok = url_decode(&path, address, false) && buf_ok(&path) &&
	    str_is_utf8(buf_str(&path));
	if (ok)
		e = release_find(v->view->release, buf_str(&path));
	buf_clear(&path);
	out->page = e && release_entry_is_page(e) ? e : NULL;
	return ok;
}

static bool
read_report(struct visit *v, struct report out[LINES_MOST], size_t *count)
{
	struct str rest = v->request->body, line;

	*count = 0;
	while (str_split(&rest, '\n', &line)) {
		if (!line.len && !rest.len)
			break;
		if (*count == LINES_MOST || !read_line(v, line, &out[*count]))
			return false;
		++*count;
	}
	return true;
}

static bool
is_plain_text(struct str content_type)
{
	struct str type =
	    str_trim(str_sub(content_type, 0, str_find(content_type, ';')));

	return str_eq_nocase(type, STR("text/plain"));
}

static void
note(struct visit *v, const struct report *reports, size_t count)
{
	char id[TOKEN_ID + 1];
	struct str name = consent_name(v, id);

	if (!name.len || !notes_may(v->notes, v->address, v->now))
		return;
	for (size_t i = 0; i < count; i++) {
		const struct report *one = &reports[i];

		if (one->page && (one->kind->members || !one->page->member))
			notes_add(v->notes, v->now, name, one->kind->text,
			    release_entry_item(one->page));
	}
}

void
handle_event(struct visit *v)
{
	struct report reports[LINES_MOST];
	size_t count;

	if (!v->front->config->events_beacon) {
		shell_error(v, 404);
		return;
	}
	v->answer->for_all = true;
	if (!is_plain_text(v->request->content_type) ||
	    !read_report(v, reports, &count)) {
		shell_error(v, 400);
		return;
	}
	note(v, reports, count);
	v->answer->status = 204;
	v->answer->body = BODY_NONE;
	v->answer->cache = CACHE_NEVER;
}

void
handle_reading(struct visit *v)
{
	struct query form;
	struct str choice;

	if (v->front->config->events_readers == EVENTS_READERS_NO) {
		shell_error(v, 404);
		return;
	}
	if (!query_is_type(v->request->content_type)) {
		shell_error(v, 415);
		return;
	}
	if (!query_read(v->arena, v->request->body, &form)) {
		shell_error(v, 400);
		return;
	}
	choice = query_get(&form, "reading");
	if (!str_eq_z(choice, "yes") && !str_eq_z(choice, "no")) {
		shell_error(v, 400);
		return;
	}
	visit_set_reading(v, choice);
	answer_redirect(v->answer, 303,
	    arena_printf(v->arena, "%.*s/account", STR_ARG(v->view->base)));
}
