/*
 * fact_slice.h
 *		On which slice a value lies, for functions that are asked row by row.
 */
#ifndef SPARKIFY_FACT_SLICE_H
#define SPARKIFY_FACT_SLICE_H

#include "postgres.h"

#include "catalog/pg_collation.h"
#include "fmgr.h"

/* The hash of an argument's type; raises an error when the type has none. */
extern FmgrInfo *FactSliceHash(FunctionCallInfo fcinfo, int argument);

/* The slice of a value, by that hash. */
static inline int
FactSlice(FmgrInfo *hash, Datum value, int slices)
{
	return (int)(DatumGetUInt32(FunctionCall1Coll(hash, DEFAULT_COLLATION_OID, value)) %
				 (uint32)slices);
}

#endif /* SPARKIFY_FACT_SLICE_H */
