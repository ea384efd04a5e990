#include "answer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A policy has a dozen addresses at most; a cookie a token. */
enum { VALUE_MAX = 4096, TEXT_MAX = 1 << 20, ETAG_DIGITS = 32 };

static const char *const cache_control[] = {
	[CACHE_NEVER] = "no-store",
	[CACHE_MEMBER] = "private, no-cache",
	[CACHE_CHECK] = "no-cache",
	[CACHE_SHORT] = "public, max-age=300",
	[CACHE_FOREVER] = "public, max-age=31536000, immutable",
};

void
answer_init(struct answer *a)
{
	memset(a, 0, sizeof(*a));
	a->status = 500;
	buf_init(&a->text, TEXT_MAX);
}

void
answer_clear(struct answer *a)
{
	buf_clear(&a->text);
}

static bool
is_plain(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if ((unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 0x7f)
			return false;
	}
	return s.len < VALUE_MAX;
}

void
answer_add(struct answer *a, const char *name, struct str value)
{
	if (a->count < ANSWER_HEADERS && is_plain(value))
		a->headers[a->count++] = (struct answer_header){ name, value };
}

void
answer_text(
    struct answer *a, unsigned status, const char *type, struct str text)
{
	a->status = status;
	a->body = BODY_TEXT;
	a->type = str_from(type);
	buf_reset(&a->text);
	buf_add(&a->text, text);
}

void
answer_redirect(struct answer *a, unsigned status, struct str where)
{
	a->status = status;
	a->body = BODY_NONE;
	a->type = STR_NONE;
	answer_add(a, "Location", where);
}

void
answer_etag(const struct release_file *f, char out[ANSWER_ETAG])
{
	snprintf(
	    out, ANSWER_ETAG, "\"%.*s\"", ETAG_DIGITS, f->about->hash.text);
}

static void
put_str(answer_put *put, void *ctx, const char *name, struct str value)
{
	char z[VALUE_MAX];

	if (!value.len || value.len >= sizeof(z))
		return;
	memcpy(z, value.ptr, value.len);
	z[value.len] = '\0';
	put(ctx, name, z);
}

static void
put_file(const struct answer *a, answer_put *put, void *ctx)
{
	char text[96];

	answer_etag(a->file, text);
	put(ctx, "ETag", text);
	if (a->encoding != ENCODING_NONE && a->status != 416)
		put(ctx, "Content-Encoding", encoding_names[a->encoding]);
	if (a->varies)
		put(ctx, "Vary", "Accept-Encoding");
	put(ctx, "Accept-Ranges", "bytes");
	if (a->status == 206)
		snprintf(text, sizeof(text),
		    "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, a->from,
		    a->from + a->length - 1, a->file->about->bytes);
	else if (a->status == 416)
		snprintf(text, sizeof(text), "bytes */%" PRIu64,
		    a->file->about->bytes);
	else
		return;
	put(ctx, "Content-Range", text);
}

static void
put_own(const struct answer *a, answer_put *put, void *ctx)
{
	put(ctx, "ETag", a->etag);
	if (a->varies)
		put(ctx, "Vary", "Accept-Encoding");
}

void
answer_headers(const struct answer *a, const struct view *v, bool https,
    answer_put *put, void *ctx)
{
	bool drawing = str_starts(a->type, STR("image/svg"));

	put_str(put, ctx, "Content-Type", a->type);
	put(ctx, "Cache-Control", cache_control[a->cache]);
	if (a->file)
		put_file(a, put, ctx);
	else if (a->etag[0])
		put_own(a, put, ctx);
	put_str(put, ctx, "Content-Security-Policy",
	    drawing ? v->csp_drawing : v->csp);
	if (https)
		put(ctx, "Strict-Transport-Security", "max-age=31536000");
	put(ctx, "X-Content-Type-Options", "nosniff");
	put(ctx, "Referrer-Policy", "strict-origin-when-cross-origin");
	put(ctx, "Cross-Origin-Opener-Policy", "same-origin");
	put(ctx, "Cross-Origin-Resource-Policy",
	    a->for_all ? "cross-origin" : "same-origin");
	put(ctx, "Permissions-Policy",
	    "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
	for (size_t i = 0; i < a->count; i++)
		put_str(put, ctx, a->headers[i].name, a->headers[i].value);
}
