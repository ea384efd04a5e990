#include "cjk.h"
#include "file.h"
#include "html.h"
#include "image_size.h"
#include "limits.h"
#include "render.h"

enum { IMAGE_MOST = 16 << 20 }; /* larger ones are not read for their size */

bool
code_enter(struct render *r, cmark_node *node)
{
	struct str s = chunk_str(node->as.literal);

	if (!is_math(node))
		buf_add(r->out, STR("<code>"));
	else if (str_starts(s, STR("$$")))
		buf_add(r->out, STR("<code class=\"math display\">"));
	else
		buf_add(r->out, STR("<code class=\"math\">"));
	html_text(r->out, s);
	buf_add(r->out, STR("</code>"));
	r->formulas += is_math(node);
	return false;
}

/* "https:...", "mailto:...", "//host": nothing of ours. */
static bool
is_external(struct str url)
{
	for (size_t i = 0; i < url.len; i++) {
		char c = url.ptr[i];

		if (c == ':')
			return i > 0;
		if (c == '/')
			return i == 0 && url.len > 1 && url.ptr[1] == '/';
		if (c == '?' || c == '#')
			return false;
	}
	return false;
}

static void
add_href(
    struct render *r, const cmark_node *node, struct str target, struct str url)
{
	struct work *w = r->work;
	size_t offset, length;

	if (html_href(r->out, url) || r->plain)
		return;
	offset = place_of_target(w, node, target, &length);
	diag_add(w->diag, w->site->foreign ? DIAG_WARNING : DIAG_ERROR,
	    page_where(w->page, offset, length),
	    "link to https:, mailto: or a file of the repository",
	    "address '%.*s' could run script", STR_ARG(target));
}

static struct str
resolve(
    struct render *r, const cmark_node *node, struct str target, bool is_image)
{
	struct work *w = r->work;
	size_t offset = 0, length;
	struct str url;

	if (r->plain || !w->links || !target.len || is_external(target))
		return target;
	offset = place_of_target(w, node, target, &length);
	url = link_resolve(
	    w->links, w->page, r->audience, target, offset, is_image);
	return url.len ? url : STR("#");
}

static struct str
target_of(struct render *r, const cmark_node *node)
{
	return cjk_without(&r->work->scratch, chunk_str(node->as.link.url));
}

static void
add_title(struct render *r, const cmark_node *node)
{
	if (!node->as.link.title.len)
		return;
	buf_add(r->out, STR(" title=\""));
	html_attr(r->out, chunk_str(node->as.link.title));
	buf_add_c(r->out, '"');
}

bool
link_enter(struct render *r, cmark_node *node)
{
	struct str target = target_of(r, node);

	buf_add(r->out, STR("<a href=\""));
	add_href(r, node, target, resolve(r, node, target, false));
	buf_add_c(r->out, '"');
	add_title(r, node);
	buf_add_c(r->out, '>');
	return true;
}

void
link_leave(struct render *r, cmark_node *node)
{
	(void)node;
	buf_add(r->out, STR("</a>"));
}

static void
add_alt(struct render *r, cmark_node *node)
{
	struct buf alt;

	buf_init(&alt, LIMIT_TEXT_FILE);
	ast_text(node, &alt);
	html_attr(r->out, str_trim(buf_str(&alt)));
	buf_clear(&alt);
}

/* The file an address in the source leads to, or NULL. */
static const struct source_file *
file_of(const struct work *w, struct str target)
{
	const struct source_file *f = NULL;
	struct str path;
	struct buf decoded;

	target = str_sub(target, 0, str_find(target, '#'));
	target = str_sub(target, 0, str_find(target, '?'));
	buf_init(&decoded, LIMIT_PATH);
	if (w->page->file && url_decode(&decoded, target, false) &&
	    path_resolve(
		w->arena, w->page->file->path, buf_str(&decoded), &path))
		f = source_find(w->site->source, path);
	buf_clear(&decoded);
	return f;
}

static void
add_size(struct render *r, struct str target)
{
	struct work *w = r->work;
	const struct source_file *f;
	struct image_size size;
	struct buf data;

	if (!w->site->source || is_external(target))
		return;
	f = file_of(w, target);
	if (!f || f->size > IMAGE_MOST)
		return;
	buf_init(&data, IMAGE_MOST);
	if (source_read(w->site->source, f, w->diag, &data) &&
	    image_size(buf_str(&data), &size))
		buf_printf(r->out, " width=\"%u\" height=\"%u\"", size.width,
		    size.height);
	buf_clear(&data);
}

/* The player for a file of this type: "video", "audio" or NULL. */
static const char *
player_of(struct str target)
{
	struct str path = str_sub(target, 0, str_find(target, '#'));
	const char *type = media_type(str_sub(path, 0, str_find(path, '?')));

	if (!strncmp(type, "video/", 6))
		return "video";
	return !strncmp(type, "audio/", 6) ? "audio" : NULL;
}

static void
add_player(struct render *r, cmark_node *node, const char *player,
    struct str target, struct str url)
{
	buf_printf(r->out, "<%s controls preload=\"metadata\" src=\"", player);
	add_href(r, node, target, url);
	buf_add(r->out, STR("\" aria-label=\""));
	add_alt(r, node);
	buf_add_c(r->out, '"');
	add_title(r, node);
	buf_add(r->out, STR("><a href=\""));
	html_href(r->out, url);
	buf_add(r->out, STR("\">"));
	add_alt(r, node);
	buf_printf(r->out, "</a></%s>", player);
}

bool
image_enter(struct render *r, cmark_node *node)
{
	struct str target = target_of(r, node);
	struct str url = resolve(r, node, target, true);
	const char *player = r->plain ? NULL : player_of(target);

	if (player) {
		add_player(r, node, player, target, url);
		return false;
	}
	if (!r->images++ && !r->plain)
		r->first_image = arena_str(r->work->arena, url);
	buf_add(r->out, STR("<img src=\""));
	add_href(r, node, target, url);
	buf_add(r->out, STR("\" alt=\""));
	add_alt(r, node);
	buf_add_c(r->out, '"');
	if (r->plain || !is_figure(node->parent))
		add_title(r, node);
	if (!r->plain) {
		add_size(r, target);
		/* the first may be what a reader waits for */
		if (r->images > 1)
			buf_add(r->out, STR(" loading=\"lazy\""));
	}
	render_void_end(r);
	return false;
}

bool
is_figure(const cmark_node *paragraph)
{
	const cmark_node *image = paragraph->first_child;

	return paragraph->type == CMARK_NODE_PARAGRAPH && image &&
	    !image->next && image->type == CMARK_NODE_IMAGE &&
	    image->as.link.title.len;
}
