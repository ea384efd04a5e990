/*
 * image.c - images and players. What is not of this site is not loaded, since
 * its host would learn who reads which page: it is a link.
 */
#include "file.h"
#include "html.h"
#include "image_size.h"
#include "limits.h"
#include "render.h"

enum { IMAGE_MOST = 16 << 20 }; /* larger ones are not read for their size */

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

static bool
size_of(struct work *w, struct str target, struct image_size *size)
{
	const struct source_file *f;
	struct buf data;
	bool ok;

	if (!w->site->source || link_is_external(target))
		return false;
	f = file_of(w, target);
	if (!f || f->size > IMAGE_MOST)
		return false;
	ARENA_PUSH(w->arena, w->images, f);
	buf_init(&data, IMAGE_MOST);
	ok = source_read(w->site->source, f, w->diag, &data) &&
	    image_size(buf_str(&data), size);
	buf_clear(&data);
	return ok;
}

/* The source may ask for one side; the file's shape gives the other. */
static void
add_size(struct render *r, const struct image *image)
{
	struct image_size file = { 0 };
	unsigned width = image->width, height = image->height;

	if ((!width || !height) && size_of(r->work, image->target, &file)) {
		uint64_t x = file.width, y = file.height;

		if (width)
			height = (unsigned)(y * width / x);
		else if (height)
			width = (unsigned)(x * height / y);
		else
			width = file.width, height = file.height;
	}
	if (width)
		buf_printf(r->out, " width=\"%u\"", width);
	if (height)
		buf_printf(r->out, " height=\"%u\"", height);
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
add_player(struct render *r, const cmark_node *node, const char *player,
    const struct image *image, struct str url)
{
	buf_printf(r->out, "<%s controls preload=\"metadata\" src=\"", player);
	href_add(r, node, image->target, url);
	buf_add(r->out, STR("\" aria-label=\""));
	html_attr(r->out, image->alt);
	buf_add_c(r->out, '"');
	title_add(r, image->title);
	buf_add_c(r->out, '>');
	if (!r->link) {
		buf_add(r->out, STR("<a href=\""));
		html_href(r->out, url);
		buf_add(r->out, STR("\">"));
	}
	html_text(r->out, image->alt);
	buf_printf(r->out, r->link ? "</%s>" : "</a></%s>", player);
}

static bool
starts_nocase(struct str s, const char *prefix)
{
	struct str p = str_from(prefix);

	return str_eq_nocase(str_sub(s, 0, p.len), p);
}

static bool
is_data(struct str target)
{
	return starts_nocase(target, "data:image/");
}

/* Of another host, or inside the address itself, which pages may not load. */
static bool
is_elsewhere(const struct render *r, struct str target)
{
	const struct site *site = r->work->site;

	if (!site->foreign && site->url.len && str_starts(target, site->url) &&
	    str_starts(str_from_at(target, site->url.len), STR("/")))
		return false;
	return str_starts(target, STR("//")) ||
	    starts_nocase(target, "http:") || starts_nocase(target, "https:") ||
	    is_data(target);
}

/* What an image without words is called: its file, else its host. */
static struct str
name_of(struct str target)
{
	struct str s = str_sub(target, 0, str_find(target, '#'));

	if (is_data(s))
		return STR_NONE;
	s = str_sub(s, 0, str_find(s, '?'));
	while (str_ends(s, STR("/")))
		s.len--;
	return str_from_at(s, str_rfind(s, '/') + 1);
}

static void
add_elsewhere(
    struct render *r, const cmark_node *node, const struct image *image)
{
	struct str text = image->alt.len ? image->alt : name_of(image->target);
	bool link = !r->link && text.len && !is_data(image->target);

	if (!r->elsewhere++) {
		r->elsewhere_first = node;
		r->elsewhere_target = arena_str(
		    r->work->arena, str_sub(image->target, 0, LIMIT_NAME));
	}
	if (link) {
		buf_add(r->out, STR("<a class=\"external-image\" href=\""));
		html_href(r->out, image->target);
		buf_add(r->out, STR("\">"));
	}
	html_text(r->out, text);
	if (link)
		buf_add(r->out, STR("</a>"));
}

void
image_report(const struct render *r)
{
	struct work *w = r->work;
	size_t offset, length;

	if (!r->elsewhere)
		return;
	offset = place_of_target(
	    w, r->elsewhere_first, r->elsewhere_target, &length);
	diag_add(w->diag, DIAG_WARNING, page_where(w->page, offset, length),
	    "put the file into the repository",
	    r->elsewhere > 1
		? "an image or video of another host is only linked to, the "
		  "first of %u"
		: "an image or video of another host is only linked to",
	    r->elsewhere);
}

void
image_add(struct render *r, const cmark_node *node, const struct image *image)
{
	const char *player = r->plain ? NULL : player_of(image->target);
	struct str url;

	if (!r->plain && is_elsewhere(r, image->target)) {
		add_elsewhere(r, node, image);
		return;
	}
	url = href_resolve(r, node, image->target, true);
	if (!url.len && !r->plain) {
		html_text(r->out, image->alt);
		return;
	}
	if (player) {
		add_player(r, node, player, image, url);
		return;
	}
	if (!r->images++ && !r->plain)
		r->first_image = arena_str(r->work->arena, url);
	buf_add(r->out, STR("<img src=\""));
	href_add(r, node, image->target, url);
	buf_add(r->out, STR("\" alt=\""));
	html_attr(r->out, image->alt);
	buf_add_c(r->out, '"');
	title_add(r, image->title);
	if (!r->plain) {
		add_size(r, image);
		/* the first may be what a reader waits for */
		if (r->images > 1)
			buf_add(r->out, STR(" loading=\"lazy\""));
	}
	render_void_end(r);
}

bool
image_enter(struct render *r, cmark_node *node)
{
	struct image image = { .target = target_of(r, node) };
	struct buf alt;

	if (r->plain || !is_figure(node->parent))
		image.title = chunk_str(node->as.link.title);
	buf_init(&alt, LIMIT_TEXT_FILE);
	ast_text(node, &alt);
	image.alt = str_trim(buf_str(&alt));
	image_add(r, node, &image);
	buf_clear(&alt);
	return false;
}

bool
is_figure(const cmark_node *paragraph)
{
	const cmark_node *image = paragraph->first_child;

	return paragraph->type == CMARK_NODE_PARAGRAPH && image &&
	    !image->next && image->type == CMARK_NODE_IMAGE &&
	    image->as.link.title.len &&
	    !link_is_external(chunk_str(image->as.link.url));
}
