/*
 * clock.h - the two clocks: the calendar's seconds for what is written down,
 * and milliseconds that never jump for what is waited for.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

int64_t clock_now(void); /* Unix seconds */
int64_t clock_ms(void); /* since some moment */

#endif
