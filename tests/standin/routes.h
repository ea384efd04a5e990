/*
 * routes.h - which call answers which request, and what parameters it takes.
 */
#ifndef MINT_ROUTES_H
#define MINT_ROUTES_H

#include "param.h"

struct mint_route {
	const char *method, *path; /* '*' stands for one component */
	const struct mint_param *params;
	void (*handle)(struct call *c);
	enum mint_kind kind;
};

/* Both end at a row without a method. */
extern const struct mint_route mint_api_routes[];
extern const struct mint_route mint_admin_routes[];

/* Finds the row for the call, checks the parameters, runs the handler. Refuses
 * with 404 when there is none. */
void mint_route(struct call *c, const struct mint_route *routes);

#endif
