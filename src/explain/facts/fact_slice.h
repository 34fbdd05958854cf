/*
 * fact_slice.h
 *		On which slice a value lies, for functions that are asked row by row.
 */
#ifndef SPARKIFY_FACT_SLICE_H
#define SPARKIFY_FACT_SLICE_H

#include "postgres.h"

#include "catalog/pg_collation.h"
#include "fmgr.h"

/* The largest clusters have 128 nodes of 16 slices. */
#define SLICES_MOST 2048

/* How many slices an argument says there are; raises an error unless a cluster may have them. */
extern int FactSlices(FunctionCallInfo fcinfo, int argument);

/* Raises an error where two states were begun with other numbers of slices: they can't be put together. */
extern void FactSlicesAgree(int one, int other);

/* The hash of an argument's type; raises an error when the type has none. */
extern FmgrInfo *FactSliceHash(FunctionCallInfo fcinfo, int argument);

/* The slice of a value, by that hash. */
static inline int
FactSlice(FmgrInfo *hash, Datum value, int slices)
{
	uint32 number = DatumGetUInt32(FunctionCall1Coll(hash, DEFAULT_COLLATION_OID, value));

	/* the remainder, for which most numbers of slices need no division */
	return (int)((slices & (slices - 1)) == 0 ? number & (slices - 1) : number % slices);
}

#endif /* SPARKIFY_FACT_SLICE_H */
