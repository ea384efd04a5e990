#include "view.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct jti {
	char text[TOKEN_ID + 1];
};

struct view_private {
	atomic_size_t refs;
	struct arena arena;
	struct jti *revoked; /* in order */
	size_t revoked_count;
};

struct views {
	const struct config *config;
	pthread_mutex_t lock;
	struct view *newest;
	atomic_uint_fast64_t number;
	uint64_t made;
	/* what there is before both are there */
	struct release *release;
	struct view *hello; /* a view without a release */
};

/* "https://host/base" to "/base". */
static struct str
path_of(struct str url)
{
	size_t at = str_search(url, STR("://")) + 3;
	struct str rest = str_from_at(url, at);

	return str_from_at(rest, str_find(rest, '/'));
}

static struct str
origin_of(struct str url)
{
	return str_sub(url, 0, url.len - path_of(url).len);
}

static struct view *
view_new(void)
{
	struct view *v = calloc(1, sizeof(*v));
	struct view_private *p = calloc(1, sizeof(*p));

	if (!v || !p) {
		free(v);
		free(p);
		return NULL;
	}
	atomic_init(&p->refs, 1);
	arena_init(&p->arena);
	v->private = p;
	return v;
}

struct view *
view_ref(struct view *v)
{
	atomic_fetch_add_explicit(&v->private->refs, 1, memory_order_relaxed);
	return v;
}

void
view_unref(struct view *v)
{
	if (!v ||
	    atomic_fetch_sub_explicit(
		&v->private->refs, 1, memory_order_acq_rel) != 1)
		return;
	release_unref(v->release);
	arena_clear(&v->private->arena);
	free(v->private);
	free(v);
}

static int
compare_jti(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct jti));
}

bool
view_is_revoked(const struct view *v, const char jti[TOKEN_ID + 1])
{
	return v->private->revoked_count &&
	    bsearch(jti, v->private->revoked, v->private->revoked_count,
		sizeof(struct jti), compare_jti);
}

static void
take_hello(struct view *v, const struct message_hello *h)
{
	struct view_private *p = v->private;

	v->keys = h->keys;
	v->not_before = h->not_before;
	v->issuer = arena_str(&p->arena, h->issuer);
	v->audience = arena_str(&p->arena, h->audience);
	p->revoked = ARENA_ARRAY(&p->arena, h->revoked.count + 1, struct jti);
	for (size_t i = 0; i < h->revoked.count; i++) {
		struct str s = h->revoked.at[i];

		if (s.len == TOKEN_ID)
			memcpy(
			    p->revoked[p->revoked_count++].text, s.ptr, s.len);
	}
	if (p->revoked_count)
		qsort(p->revoked, p->revoked_count, sizeof(struct jti),
		    compare_jti);
}

static void
copy_hello(struct view *v, const struct view *from)
{
	struct view_private *p = v->private, *q = from->private;

	v->keys = from->keys;
	v->not_before = from->not_before;
	v->issuer = arena_str(&p->arena, from->issuer);
	v->audience = arena_str(&p->arena, from->audience);
	p->revoked_count = q->revoked_count;
	p->revoked = ARENA_ARRAY(&p->arena, q->revoked_count + 1, struct jti);
	if (q->revoked_count)
		memcpy(p->revoked, q->revoked,
		    q->revoked_count * sizeof(struct jti));
}

/* What a page may load is its own origin's, and the site's when pages for
 * members come from another. Forms go here and, redirected, to the checkout. */
static void
make_policy(struct view *v, const struct config *c)
{
	struct str site = release_manifest(v->release)->url;
	struct arena *a = &v->private->arena;
	struct str more = STR_NONE, forms = STR_NONE, reports = STR_NONE;

	v->base = path_of(c->url);
	v->site_origin = origin_of(site);
	v->site = str_eq(site, c->url) ? v->base : site;
	if (!str_eq(v->site_origin, c->origin))
		more = arena_printf(a, " %.*s", STR_ARG(v->site_origin));
	/* Public pages may be reached at the site's address through us. */
	if (more.len && c->events_beacon)
		reports = arena_printf(a, " %.*s", STR_ARG(c->origin));
	for (size_t i = 0; i < c->checkout_origins.count; i++)
		forms = arena_printf(a, "%.*s %.*s", STR_ARG(forms),
		    STR_ARG(c->checkout_origins.at[i]));
	v->csp = arena_printf(a,
	    "default-src 'none'; style-src 'self'%.*s; img-src 'self'%.*s; "
	    "media-src 'self'%.*s; script-src 'self'%.*s; "
	    "font-src 'self'%.*s; connect-src 'self'%.*s%.*s; "
	    "form-action 'self'%.*s; base-uri 'none'; "
	    "frame-ancestors 'none'; require-trusted-types-for 'script'",
	    STR_ARG(more), STR_ARG(more), STR_ARG(more), STR_ARG(more),
	    STR_ARG(more), STR_ARG(more), STR_ARG(reports), STR_ARG(forms));
	v->csp_drawing = STR("default-src 'none'; style-src 'unsafe-inline'; "
			     "sandbox; frame-ancestors 'self'");
}

struct views *
views_new(const struct config *c)
{
	struct views *vs = calloc(1, sizeof(*vs));

	if (!vs)
		return NULL;
	vs->config = c;
	pthread_mutex_init(&vs->lock, NULL);
	atomic_init(&vs->number, 0);
	return vs;
}

void
views_free(struct views *vs)
{
	if (!vs)
		return;
	view_unref(vs->newest);
	view_unref(vs->hello);
	release_unref(vs->release);
	pthread_mutex_destroy(&vs->lock);
	free(vs);
}

/* With the lock held. */
static void
make_newest(struct views *vs)
{
	struct view *v;

	if (!vs->release || !vs->hello)
		return;
	v = view_new();
	if (!v)
		return;
	v->release = release_ref(vs->release);
	copy_hello(v, vs->hello);
	make_policy(v, vs->config);
	v->number = ++vs->made;
	view_unref(vs->newest);
	vs->newest = v;
	atomic_store_explicit(&vs->number, v->number, memory_order_release);
}

void
views_release(struct views *vs, struct release *r)
{
	pthread_mutex_lock(&vs->lock);
	release_unref(vs->release);
	vs->release = r;
	make_newest(vs);
	pthread_mutex_unlock(&vs->lock);
}

void
views_hello(struct views *vs, const struct message_hello *hello)
{
	struct view *v = view_new();

	if (!v)
		return;
	take_hello(v, hello);
	pthread_mutex_lock(&vs->lock);
	view_unref(vs->hello);
	vs->hello = v;
	make_newest(vs);
	pthread_mutex_unlock(&vs->lock);
}

struct view *
views_get(struct views *vs)
{
	struct view *v;

	pthread_mutex_lock(&vs->lock);
	v = vs->newest ? view_ref(vs->newest) : NULL;
	pthread_mutex_unlock(&vs->lock);
	return v;
}

uint64_t
views_number(struct views *vs)
{
	return atomic_load_explicit(&vs->number, memory_order_acquire);
}
