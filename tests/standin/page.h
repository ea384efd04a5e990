/*
 * page.h - what a person sees: the hosted checkout, its end, a receipt, the
 * billing portal. English, and Chinese where the session's locale asks for it.
 *
 * The pages hold no script and load nothing but the mint's own stylesheet and
 * icon; their Content-Security-Policy says so. form-action names the shop's
 * addresses as well, because a browser applies it to the redirect that follows.
 */
#ifndef MINT_PAGE_H
#define MINT_PAGE_H

#include "reply.h"

struct mint_page;

/* NULL when a template does not compile. */
struct mint_page *mint_page_new(void);
void mint_page_free(struct mint_page *p);
/* Answers everything below /c/ and /p/, and "/". Takes the mint's lock. */
void mint_page_serve(struct mint *m, struct arena *a,
    const struct mint_request *r, struct mint_reply *out);

#endif
