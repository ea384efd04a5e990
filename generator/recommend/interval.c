#include "interval.h"

#include <math.h>

static const double z = 1.959963984540054; /* 97.5 % of a normal one */

struct interval
interval_of_share(double successes, double trials)
{
	struct interval i = { 0 };
	double middle, half, p;

	if (trials <= 0)
		return i;
	p = successes < trials ? successes / trials : 1;
	middle = p + z * z / (2 * trials);
	half = z * sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials));
	i.value = p;
	i.low = p > 0 ? (middle - half) / (1 + z * z / trials) : 0;
	i.high = p < 1 ? (middle + half) / (1 + z * z / trials) : 1;
	return i;
}

struct interval
interval_of_count(double expected)
{
	double root = sqrt(expected), low = root > z / 2 ? root - z / 2 : 0;

	return (struct interval){ expected, low * low,
		(root + z / 2) * (root + z / 2) };
}
