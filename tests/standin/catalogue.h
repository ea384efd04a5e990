/*
 * catalogue.h - products, prices, coupons and promotion codes.
 *
 * Two promotion codes are there from the start: FREE100 (100 % off) and HALF
 * (50 % off).
 */
#ifndef MINT_CATALOGUE_H
#define MINT_CATALOGUE_H

#include "call.h"

void mint_catalogue_open(struct mint *m);

void mint_product_create(struct call *c);
void mint_product_list(struct call *c);
void mint_price_create(struct call *c);
void mint_price_list(struct call *c);
void mint_coupon_create(struct call *c);
void mint_coupon_list(struct call *c);
void mint_promotion_create(struct call *c);
void mint_promotion_list(struct call *c);

/* The most minor units the API takes in one amount. */
enum { MINT_AMOUNT_MOST = 99999999 };
/* May this amount be charged in that currency? Else the call is refused:
 * three-decimal currencies end in 0, ISK and UGX in 00. */
bool mint_amount_check(struct call *c, int64_t amount, struct str currency,
    const char *param) __attribute__((warn_unused_result));
/* A price from the parameters of price_data (or of POST /v1/prices), saved
 * together with the product it may describe. Validated before by
 * mint_price_check, which says what is wrong with `name` as the parent. */
bool mint_price_check(struct call *c, const struct value *data,
    const char *name) __attribute__((warn_unused_result));
struct value *mint_price_make(
    struct call *c, const struct value *data, bool active);
/* The active promotion code with that text (any case), or NULL. */
struct value *mint_promotion_find(struct call *c, struct str code);
/* What the coupon takes off this amount. */
int64_t mint_coupon_off(
    const struct value *coupon, int64_t amount, struct str currency);
/* One more redemption of the coupon, and of the promotion code if not empty. */
void mint_coupon_redeem(
    struct call *c, struct str coupon, struct str promotion_code);

#endif
