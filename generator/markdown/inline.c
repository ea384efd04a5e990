#include "cjk.h"
#include "html.h"
#include "render.h"

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

void
href_add(
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

struct str
href_resolve(
    struct render *r, const cmark_node *node, struct str target, bool is_image)
{
	struct work *w = r->work;
	size_t offset = 0, length;

	if (r->plain || !w->links || link_is_external(target))
		return target;
	offset = place_of_target(w, node, target, &length);
	return link_resolve(
	    w->links, w->page, r->audience, target, offset, is_image);
}

struct str
target_of(struct render *r, const cmark_node *node)
{
	return cjk_without(&r->work->scratch, chunk_str(node->as.link.url));
}

void
title_add(struct render *r, struct str title)
{
	if (!title.len)
		return;
	buf_add(r->out, STR(" title=\""));
	html_attr(r->out, title);
	buf_add_c(r->out, '"');
}

bool
link_begin(struct render *r, const cmark_node *node, struct str target)
{
	struct str url;

	if (r->link)
		return false;
	url = href_resolve(r, node, target, false);
	if (!url.len && !r->plain)
		return false;
	r->link = node;
	buf_add(r->out, STR("<a href=\""));
	href_add(r, node, target, url);
	buf_add_c(r->out, '"');
	return true;
}

void
link_end(struct render *r)
{
	r->link = NULL;
	buf_add(r->out, STR("</a>"));
}

bool
link_enter(struct render *r, cmark_node *node)
{
	if (link_begin(r, node, target_of(r, node))) {
		title_add(r, chunk_str(node->as.link.title));
		buf_add_c(r->out, '>');
	}
	return true;
}

void
link_leave(struct render *r, cmark_node *node)
{
	if (r->link == node)
		link_end(r);
}
