/*
 * unique_keys.h
 *		Whether the keys of a hash join's inner side are all different, told by
 *		looking at its rows.
 */
#ifndef SPARKIFY_UNIQUE_KEYS_H
#define SPARKIFY_UNIQUE_KEYS_H

#include "postgres.h"

#include "nodes/execnodes.h"

typedef struct UniqueKeys UniqueKeys;

/* Begins with no row; NULL where it can't be told for this join.  Allocated in the current memory context. */
extern UniqueKeys *UniqueKeysBegin(HashJoinState *join);

/* Looks at a row of the inner side. */
extern void UniqueKeysSee(UniqueKeys *keys, TupleTableSlot *row);

/* Whether all keys seen were different: false too when there were more than memory is for. */
extern bool UniqueKeysEnd(UniqueKeys *keys);

#endif /* SPARKIFY_UNIQUE_KEYS_H */
