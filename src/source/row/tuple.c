/*
 * tuple.c
 *		The layout of a plan's tuples, computed once.
 */
#include "source/row/tuple.h"

#include <stdlib.h>

static int HeaderBytes(int bitmap);

/* Computes the layout; attributes that no column fills are always NULL. */
bool
TupleLayoutInit(TupleLayout *layout, const RowPlan *plan, Failure *failure)
{
	memset(layout, 0, sizeof(*layout));
	if (plan->nattributes > TUPLE_MAX_ATTRIBUTES)
	{
		FailureSet(failure, FAILURE_CONFIG, "tables can have at most %d columns",
				   TUPLE_MAX_ATTRIBUTES);
		return false;
	}

	layout->nattributes = plan->nattributes;
	layout->header_plain = HeaderBytes(0);
	layout->header_nulls = HeaderBytes((plan->nattributes + 7) / 8);
	for (int i = 0; i < plan->ncolumns; i++)
	{
		int attribute = plan->columns[i].attribute;

		layout->bits[attribute >> 3] |= (uint8_t)(1 << (attribute & 7));
	}

	for (int i = 0; i < plan->nattributes; i++)
		if ((layout->bits[i >> 3] & (1 << (i & 7))) == 0)
			layout->always_nulls = true;
	return true;
}

/* The header's length, MAXALIGNed. */
static int
HeaderBytes(int bitmap)
{
	return (TUPLE_HEADER_BYTES + bitmap + TUPLE_ALIGNMENT - 1) & ~(TUPLE_ALIGNMENT - 1);
}
